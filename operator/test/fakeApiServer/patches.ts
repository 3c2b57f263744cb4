import { isJsonArray, isJsonObject, type Json, type JsonObject, sameJson, textAt } from "./json.ts";
import { badRequest, StatusError } from "./statusError.ts";

/** JSON merge patch (RFC 7396). */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const base: JsonObject = isJsonObject(target) ? target : {};
  const merged: Record<string, Json | undefined> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (value !== undefined) merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/** JSON patch (RFC 6902). @throws StatusError 400 for a malformed patch, 422 when an operation cannot be done */
export function jsonPatch(target: Json, patch: Json): Json {
  if (!isJsonArray(patch)) throw badRequest("a JSON patch is a list of operations");
  return patch.reduce<Json>((value, operation) => {
    if (!isJsonObject(operation)) throw badRequest("an operation of a JSON patch is an object");
    return operate(value, operation);
  }, target);
}

function operate(target: Json, operation: JsonObject): Json {
  const path = pointer(operation["path"]);
  const op = textAt(operation, "op") ?? "";
  switch (op) {
    case "add":
      return write(target, path, operation["value"] ?? null, "add");
    case "replace":
      read(target, path);
      return write(target, path, operation["value"] ?? null, "replace");
    case "remove":
      read(target, path);
      return write(target, path, undefined, "remove");
    case "test":
      if (sameJson(read(target, path), operation["value"])) return target;
      throw unprocessable("test failed");
    case "move": {
      const from = pointer(operation["from"]);
      const moved = read(target, from);
      return write(write(target, from, undefined, "remove"), path, moved, "add");
    }
    case "copy":
      return write(target, path, read(target, pointer(operation["from"])), "add");
    default:
      throw badRequest(`unknown operation ${op} in a JSON patch`);
  }
}

function pointer(value: Json | undefined): readonly string[] {
  if (typeof value !== "string") throw badRequest("an operation of a JSON patch lacks its path");
  return value
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function read(target: Json, path: readonly string[]): Json {
  return path.reduce<Json>((at, part) => {
    const member = isJsonArray(at) ? at[Number(part)] : isJsonObject(at) ? at[part] : undefined;
    if (member === undefined) throw unprocessable(`nothing at ${path.join("/")}`);
    return member;
  }, target);
}

type Change = "add" | "replace" | "remove";

function write(target: Json, path: readonly string[], value: Json | undefined, change: Change): Json {
  const [part, ...rest] = path;
  if (part === undefined) return value ?? null;
  if (isJsonArray(target)) return writeItem(target, part, rest, value, change);
  if (!isJsonObject(target)) throw unprocessable(`nothing at ${path.join("/")}`);
  const member = target[part];
  if (rest.length > 0 && member === undefined) throw unprocessable(`nothing at ${path.join("/")}`);
  const next = rest.length === 0 ? value : write(member ?? null, rest, value, change);
  return Object.fromEntries(
    Object.entries({ ...target, [part]: next }).filter(([, each]) => each !== undefined),
  );
}

function writeItem(
  target: readonly Json[],
  part: string,
  rest: readonly string[],
  value: Json | undefined,
  change: Change,
): Json {
  const index = part === "-" ? target.length : Number(part);
  if (!(index >= 0 && index <= target.length)) throw unprocessable(`no item ${part}`);
  if (rest.length > 0) return target.with(index, write(target[index] ?? null, rest, value, change));
  if (change === "remove") return target.toSpliced(index, 1);
  return target.toSpliced(index, change === "replace" ? 1 : 0, value ?? null);
}

const unprocessable = (why: string): StatusError =>
  new StatusError(422, "Invalid", `the server rejected our request due to an error in our request: ${why}`);
