import type { ApiObject } from "./apiObject.ts";
import { without } from "./json.ts";

const whole = new WeakMap<ApiObject, string>();
const items = new WeakMap<ApiObject, string>();

/** The object as text, written once: stored objects never change. */
export function objectJson(object: ApiObject): string {
  return remember(whole, object, () => JSON.stringify(object));
}

/** As it stands in a list: items of built-in kinds carry neither kind nor apiVersion there. */
export function itemJson(object: ApiObject, isBuiltIn: boolean): string {
  if (!isBuiltIn) return objectJson(object);
  return remember(items, object, () => JSON.stringify(without(object, "kind", "apiVersion")));
}

function remember(known: WeakMap<ApiObject, string>, object: ApiObject, write: () => string): string {
  const text = known.get(object) ?? write();
  known.set(object, text);
  return text;
}
