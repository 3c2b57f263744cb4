import { isJsonArray, isJsonObject, type Json, type JsonObject } from "./json.ts";

/**
 * A set of fields of an object. A field is its path in FieldsV1's elements (`f:spec`, `k:{"name":"a"}`, `v:"x"`),
 * joined by {@link SEPARATOR}.
 */
export type FieldSet = ReadonlySet<string>;

export const SEPARATOR = "\u0001";

type ListKind =
  | { readonly kind: "map"; readonly keys: readonly string[] }
  | { readonly kind: "set" }
  | { readonly kind: "atomic" };

/** Lists that merge by item, by the name of their field; all others are owned as a whole. */
const LISTS: ReadonlyMap<string, ListKind> = new Map<string, ListKind>([
  ["conditions", { kind: "map", keys: ["type"] }],
  ["containers", { kind: "map", keys: ["name"] }],
  ["initContainers", { kind: "map", keys: ["name"] }],
  ["env", { kind: "map", keys: ["name"] }],
  ["volumes", { kind: "map", keys: ["name"] }],
  ["volumeMounts", { kind: "map", keys: ["mountPath"] }],
  ["ownerReferences", { kind: "map", keys: ["uid"] }],
  ["finalizers", { kind: "set" }],
]);

const PORT_KEYS = ["containerPort", "port"];

/** Not owned by anyone: identity, and what the server writes. */
const UNOWNED_METADATA = new Set([
  "name",
  "generateName",
  "namespace",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "managedFields",
  "selfLink",
]);

/** All fields that an object sets. */
export function fieldSetOf(object: JsonObject): FieldSet {
  const set = new Set<string>();
  for (const [key, value] of Object.entries(object)) {
    if (key === "apiVersion" || key === "kind" || value === undefined) continue;
    if (key === "metadata" && isJsonObject(value)) {
      for (const [name, member] of Object.entries(value))
        if (member !== undefined && !UNOWNED_METADATA.has(name))
          collect(member, `f:metadata${SEPARATOR}f:${name}`, name, set);
    } else collect(value, `f:${key}`, key, set);
  }
  return set;
}

/** How the items of a list are told apart; "atomic" when they are not. */
export function listKind(field: string, items: readonly Json[]): ListKind {
  if (field === "ports") {
    const port = PORT_KEYS.find((key) => items.some((item) => isJsonObject(item) && key in item));
    return port === undefined ? { kind: "atomic" } : { kind: "map", keys: [port, "protocol"] };
  }
  return LISTS.get(field) ?? { kind: "atomic" };
}

/** The path element of a list's item; undefined for lists that are owned as a whole. */
export function itemElement(list: ListKind, item: Json): string | undefined {
  if (list.kind === "set") return `v:${JSON.stringify(item)}`;
  if (list.kind === "atomic" || !isJsonObject(item)) return undefined;
  const keys = list.keys.map((key) => [key, item[key] ?? (key === "protocol" ? "TCP" : undefined)] as const);
  return `k:${JSON.stringify(Object.fromEntries(keys.filter(([, value]) => value !== undefined)))}`;
}

/** The value of a field; undefined when the object does not set it. */
export function fieldValue(object: Json, path: string): Json | undefined {
  let at: Json | undefined = object;
  let field = "";
  for (const element of path.split(SEPARATOR)) {
    if (element.startsWith("f:")) {
      field = element.slice(2);
      at = isJsonObject(at) ? at[field] : undefined;
    } else if (isJsonArray(at)) {
      const list = listKind(field, at);
      at = at.find((item) => itemElement(list, item) === element);
    } else return undefined;
  }
  return at;
}

/** Writes a set in FieldsV1 form. */
export function encodeFields(set: FieldSet): JsonObject {
  type Node = { [key: string]: Node };
  const root: Node = {};
  for (const path of [...set].sort()) {
    let node = root;
    for (const element of path.split(SEPARATOR)) node = node[element] ??= {};
    node["."] ??= {};
  }
  const prune = (node: Node): JsonObject => {
    const keys = Object.keys(node);
    if (keys.length === 1 && keys[0] === ".") return {};
    return Object.fromEntries(keys.map((key) => [key, key === "." ? {} : prune(node[key] ?? {})]));
  };
  return prune(root);
}

/** Reads FieldsV1. */
export function decodeFields(fields: JsonObject): FieldSet {
  const set = new Set<string>();
  const walk = (node: JsonObject, path: string): void => {
    const keys = Object.keys(node);
    if (path !== "" && (keys.length === 0 || keys.includes("."))) set.add(path);
    for (const key of keys) {
      const child = node[key];
      if (key !== "." && isJsonObject(child)) walk(child, path === "" ? key : path + SEPARATOR + key);
    }
  };
  walk(fields, "");
  return set;
}

function collect(value: Json, path: string, field: string, set: Set<string>): void {
  if (isJsonObject(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    if (members.length === 0) set.add(path);
    for (const [key, member] of members) collect(member ?? null, `${path}${SEPARATOR}f:${key}`, key, set);
    return;
  }
  if (!isJsonArray(value)) {
    set.add(path);
    return;
  }
  const list = listKind(field, value);
  if (list.kind === "atomic") set.add(path);
  else for (const item of value) collectItem(list, item, path, set);
}

function collectItem(list: ListKind, item: Json, path: string, set: Set<string>): void {
  const itemPath = `${path}${SEPARATOR}${itemElement(list, item) ?? ""}`;
  set.add(itemPath);
  if (!isJsonObject(item)) return;
  for (const [key, member] of Object.entries(item))
    if (member !== undefined) collect(member, `${itemPath}${SEPARATOR}f:${key}`, key, set);
}
