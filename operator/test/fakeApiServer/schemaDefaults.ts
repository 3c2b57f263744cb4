import { isJsonArray, isJsonObject, type Json, type JsonObject, objectAt } from "./json.ts";

/** The object with what its schema gives to members that are absent, on all levels that are there. */
export function withDefaults(schema: JsonObject, object: JsonObject): JsonObject {
  const filled: { [key: string]: Json | undefined } = { ...object };
  for (const [key, member] of Object.entries(objectAt(schema, "properties"))) {
    if (!isJsonObject(member)) continue;
    filled[key] ??= member["default"];
    const value = filled[key];
    if (isJsonObject(value)) filled[key] = withDefaults(member, value);
    else if (isJsonArray(value)) filled[key] = value.map((item) => withItemDefaults(member, item));
  }
  return filled;
}

function withItemDefaults(list: JsonObject, item: Json): Json {
  return isJsonObject(item) ? withDefaults(objectAt(list, "items"), item) : item;
}
