import { type ApiObject, asStored, type Draft } from "./apiObject.ts";
import { isJsonArray, type Json, type JsonObject, objectAt, sameJson, textAt, without } from "./json.ts";
import { apiVersionOf, type ResourceType } from "./resourceType.ts";
import { badRequest, conflict, invalid } from "./statusError.ts";

/** What the server adds to a new object. */
export type Birth = { readonly now: string; readonly uid: string; readonly suffix: string };

const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const LONGEST_NAME = 253;
/** Times with exactly six digits, which the server insists on. */
const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;
const MICRO_TIMES: ReadonlyMap<string, readonly (readonly [string, string])[]> = new Map([
  ["Lease", [["spec", "acquireTime"] as const, ["spec", "renewTime"] as const]],
  ["Event", [["", "eventTime"] as const, ["series", "lastObservedTime"] as const]],
]);

/** Checks that the body is for this type. @throws StatusError 400 */
export function checkKind(type: ResourceType, draft: Draft): void {
  const kind = textAt(draft, "kind") ?? type.kind;
  const apiVersion = textAt(draft, "apiVersion") ?? apiVersionOf(type);
  if (kind !== type.kind || apiVersion !== apiVersionOf(type))
    throw badRequest(
      `the object provided is unrecognized: expected ${apiVersionOf(type)} ${type.kind}, got ${apiVersion} ${kind}`,
    );
  checkMicroTimes(type, draft);
}

/** A new object out of what a client sent. @throws StatusError 400, 422 */
export function prepareCreate(
  type: ResourceType,
  namespace: string | undefined,
  draft: Draft,
  birth: Birth,
): ApiObject {
  const { metadata } = draft;
  if ((textAt(metadata, "resourceVersion") ?? "") !== "")
    throw badRequest("resourceVersion should not be set on objects to be created");
  const generated = textAt(metadata, "generateName");
  const name = textAt(metadata, "name") ?? (generated === undefined ? "" : generated + birth.suffix);
  if (!NAME.test(name) || name.length > LONGEST_NAME)
    throw invalid(
      type,
      name,
      `metadata.name: Invalid value: "${name}": a lowercase RFC 1123 subdomain is needed`,
    );
  return asStored({
    ...(type.status ? without(draft, "status") : draft),
    ...(type.kind === "Pod" && { status: { phase: "Pending", qosClass: "BestEffort" } }),
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    metadata: {
      ...metadata,
      name,
      ...(namespace !== undefined && { namespace }),
      uid: birth.uid,
      creationTimestamp: birth.now,
      ...(type.generation && { generation: 1 }),
      deletionTimestamp: undefined,
      deletionGracePeriodSeconds: undefined,
    },
  });
}

/**
 * The next state out of the live one and what a client wants it to be, through the main path or a subresource.
 * @throws StatusError 400, 409 (another version or UID), 422
 */
export function prepareUpdate(
  type: ResourceType,
  live: ApiObject,
  wanted: Draft,
  subresource: string | undefined,
): ApiObject {
  checkIdentity(type, live, wanted.metadata);
  if (subresource === "status") return asStored({ ...live, status: wanted["status"] });
  const next: JsonObject = type.status ? { ...wanted, status: live["status"] } : wanted;
  checkFinalizers(type, live, wanted.metadata);
  const { name, namespace, uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds } =
    live.metadata;
  const sameSpec = sameJson(without(next, "metadata", "status"), without(live, "metadata", "status"));
  const { generation = 1 } = live.metadata;
  return asStored({
    ...next,
    apiVersion: live.apiVersion,
    kind: live.kind,
    metadata: {
      ...wanted.metadata,
      name,
      namespace,
      uid,
      creationTimestamp,
      deletionTimestamp,
      deletionGracePeriodSeconds,
      resourceVersion: live.metadata.resourceVersion,
      ...(type.generation && { generation: sameSpec ? generation : generation + 1 }),
    },
  });
}

/** @throws StatusError 409 when a UID or version that the client gave is not that of the live object */
export function checkPreconditions(
  type: ResourceType,
  live: ApiObject,
  given: { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined },
): void {
  const { name, uid, resourceVersion } = live.metadata;
  if (given.uid !== undefined && given.uid !== "" && given.uid !== uid)
    throw conflict(
      type,
      name,
      `Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${uid}`,
    );
  if (given.resourceVersion !== undefined && given.resourceVersion !== resourceVersion)
    throw conflict(
      type,
      name,
      `Precondition failed: ResourceVersion in precondition: ${given.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`,
    );
}

function checkIdentity(type: ResourceType, live: ApiObject, metadata: JsonObject): void {
  const name = textAt(metadata, "name");
  if (name !== undefined && name !== live.metadata.name)
    throw badRequest(
      `the name of the object (${name}) does not match the name on the URL (${live.metadata.name})`,
    );
  checkPreconditions(type, live, { uid: textAt(metadata, "uid") });
  const version = textAt(metadata, "resourceVersion") ?? "";
  if (version !== "" && version !== live.metadata.resourceVersion)
    throw conflict(
      type,
      live.metadata.name,
      "the object has been modified; please apply your changes to the latest version and try again",
    );
}

function checkFinalizers(type: ResourceType, live: ApiObject, metadata: JsonObject): void {
  const before = live.metadata.finalizers ?? [];
  const after = isJsonArray(metadata["finalizers"]) ? metadata["finalizers"] : [];
  const added = after.filter((each) => typeof each !== "string" || !before.includes(each));
  if (live.metadata.deletionTimestamp === undefined || added.length === 0) return;
  const why = "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted";
  throw invalid(type, live.metadata.name, why);
}

function checkMicroTimes(type: ResourceType, draft: Json): void {
  for (const [parent, key] of MICRO_TIMES.get(type.kind) ?? []) {
    const time = textAt(parent === "" ? draft : objectAt(draft, parent), key);
    if (time !== undefined && !MICRO_TIME.test(time))
      throw badRequest(
        `${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: parsing time "${time}" as "2006-01-02T15:04:05.000000Z07:00"`,
      );
  }
}
