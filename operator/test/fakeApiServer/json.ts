/** What JSON can hold; `undefined` members are those that are not written. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json | undefined };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The member as an object; an empty one when it is absent or something else. */
export function objectAt(value: Json | undefined, key: string): JsonObject {
  const member = isJsonObject(value) ? value[key] : undefined;
  return isJsonObject(member) ? member : {};
}

/** The member as text; undefined when it is absent or something else. */
export function textAt(value: Json | undefined, key: string): string | undefined {
  const member = isJsonObject(value) ? value[key] : undefined;
  return typeof member === "string" ? member : undefined;
}

/** The value along a path like `.spec.replicas`. */
export function valueAtDotted(value: Json | undefined, dotted: string): Json | undefined {
  return dotted
    .split(".")
    .filter((part) => part !== "")
    .reduce<Json | undefined>((at, part) => (isJsonObject(at) ? at[part] : undefined), value);
}

/** A copy with the value along a path like `.spec.replicas` set. */
export function withValueAtDotted(object: JsonObject, dotted: string, value: Json | undefined): JsonObject {
  const [head = "", ...rest] = dotted.split(".").filter((part) => part !== "");
  if (rest.length === 0) return { ...object, [head]: value };
  return { ...object, [head]: withValueAtDotted(objectAt(object, head), rest.join("."), value) };
}

/** Same value, whatever the order of members. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isJsonArray(a) && isJsonArray(b))
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  const others = Object.keys(b).filter((key) => b[key] !== undefined);
  return keys.length === others.length && keys.every((key) => sameJson(a[key], b[key]));
}

/** A copy without the named members. */
export function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
