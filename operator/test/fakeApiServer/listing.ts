import type { ApiObject } from "./apiObject.ts";
import { itemJson } from "./objectJson.ts";
import type { ObjectStore } from "./objectStore.ts";
import { apiVersionOf, BUILT_IN, type ResourceType } from "./resourceType.ts";
import { fieldSelector, labelSelector, type Selects } from "./selectors.ts";
import { badRequest, tooLargeVersion } from "./statusError.ts";

/** What a list or watch covers. */
export type Scope = {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  readonly selects: Selects;
};

/** @throws StatusError 400 for selectors that cannot be parsed */
export function scopeOf(type: ResourceType, namespace: string | undefined, query: URLSearchParams): Scope {
  const byLabel = labelSelector(query.get("labelSelector") ?? "");
  const byField = fieldSelector(query.get("fieldSelector") ?? "", type);
  return { type, namespace, selects: (object) => byLabel(object) && byField(object) };
}

export function isInScope({ namespace, selects }: Scope, object: ApiObject): boolean {
  return (namespace === undefined || object.metadata.namespace === namespace) && selects(object);
}

/** A page of a list as JSON text. @throws StatusError 400, 410 (the list's snapshot was compacted), 504 */
export function listPage(store: ObjectStore, scope: Scope, query: URLSearchParams): string {
  const token = query.get("continue") ?? "";
  const limit = Number(query.get("limit") ?? 0);
  if (!Number.isSafeInteger(limit) || limit < 0) throw badRequest(`limit ${limit} is no count`);
  const from = token === "" ? { version: versionOf(store, query), start: "" } : readToken(token);
  const inScope = store.allAt(scope.type, from.version).filter((object) => isInScope(scope, object));
  const first = from.start === "" ? 0 : inScope.findIndex((object) => keyOf(object) > from.start);
  const rest = first < 0 ? [] : inScope.slice(first);
  const page = limit === 0 ? rest : rest.slice(0, limit);
  const last = page.at(-1);
  const remaining = rest.length - page.length;
  const isSelective = query.has("labelSelector") || query.has("fieldSelector");
  const metadata = {
    resourceVersion: String(from.version),
    ...(remaining > 0 && last !== undefined && { continue: writeToken(from.version, keyOf(last)) }),
    ...(remaining > 0 && !isSelective && { remainingItemCount: remaining }),
  };
  const isBuiltIn = BUILT_IN.includes(scope.type);
  const items = page.map((object) => itemJson(object, isBuiltIn)).join(",");
  const head = JSON.stringify({
    kind: `${scope.type.kind}List`,
    apiVersion: apiVersionOf(scope.type),
    metadata,
  });
  return `${head.slice(0, -1)},"items":[${items}]}`;
}

function versionOf(store: ObjectStore, query: URLSearchParams): number {
  const asked = Number(query.get("resourceVersion") ?? 0);
  if (!Number.isSafeInteger(asked) || asked < 0) throw badRequest("invalid resource version");
  if (query.get("resourceVersionMatch") === "Exact") return asked;
  if (asked > store.version) throw tooLargeVersion(asked, store.version);
  return store.version;
}

function keyOf({ metadata }: ApiObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

function writeToken(version: number, start: string): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: version, start })).toString("base64url");
}

function readToken(token: string): { readonly version: number; readonly start: string } {
  const [, version, start] =
    /"rv":(\d+),"start":"([^"]*)"/.exec(Buffer.from(token, "base64url").toString("utf8")) ?? [];
  if (version === undefined || start === undefined) throw badRequest("continue key is not valid");
  return { version: Number(version), start };
}
