/** What a request's path and method ask for, as the server's own audit log would say it. */
export type RequestInfo = {
  readonly verb: "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
};

const WRITES: ReadonlySet<string> = new Set(["create", "update", "patch", "delete", "deletecollection"]);

export function isWrite({ verb }: RequestInfo): boolean {
  return WRITES.has(verb);
}

/** Undefined for a path that names no resource: /healthz, discovery. */
export function requestInfo(method: string, path: string, query: URLSearchParams): RequestInfo | undefined {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  const [root, ...rest] = parts;
  if (root !== "api" && root !== "apis") return undefined;
  const [group = "", version = "", ...resource] = root === "api" ? ["", ...rest] : rest;
  const place = placeOf(resource);
  if (place === undefined || version === "") return undefined;
  return { ...place, group, version, verb: verbOf(method, place.name !== undefined, query) };
}

type Place = Pick<RequestInfo, "plural" | "namespace" | "name" | "subresource">;

function placeOf(parts: readonly string[]): Place | undefined {
  const [first, second, third, ...others] = parts;
  if (first === undefined) return undefined;
  const isInside =
    first === "namespaces" && third !== undefined && third !== "status" && third !== "finalize";
  if (!isInside) return { plural: first, ...optional({ name: second, subresource: third }) };
  const [name, subresource] = others;
  return { plural: third, ...optional({ namespace: second, name, subresource }) };
}

function optional(parts: { readonly [key: string]: string | undefined }): { [key: string]: string } {
  const present: { [key: string]: string } = {};
  for (const [key, value] of Object.entries(parts)) if (value !== undefined) present[key] = value;
  return present;
}

function verbOf(method: string, isNamed: boolean, query: URLSearchParams): RequestInfo["verb"] {
  switch (method) {
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return isNamed ? "delete" : "deletecollection";
    default:
      if (["true", "1"].includes(query.get("watch") ?? "")) return "watch";
      return isNamed ? "get" : "list";
  }
}
