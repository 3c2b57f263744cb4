import type { ApiObject, ManagedFieldsEntry } from "./apiObject.ts";
import {
  decodeFields,
  encodeFields,
  type FieldSet,
  fieldSetOf,
  fieldValue,
  itemElement,
  listKind,
  SEPARATOR,
} from "./fieldSet.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject, objectAt, sameJson } from "./json.ts";
import { StatusError } from "./statusError.ts";

/** Who writes, to what part, and when. */
export type Writer = {
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly time: string;
};

/** An object on its way into the store: metadata may still lack what the server sets. */
type Unmanaged = JsonObject & { readonly metadata: JsonObject };

/**
 * Server-side apply of `config` onto `live` (absent: it is created): fields that this manager applied before and
 * no longer does are removed unless another one owns them.
 * @throws StatusError 409 with a cause a field when another manager owns a field with another value and not `force`
 */
export function applyConfig(
  live: ApiObject | undefined,
  config: Unmanaged,
  writer: Writer,
  force: boolean,
): Unmanaged {
  const entries = live?.metadata.managedFields ?? [];
  const mine = entries.find((entry) => isEntryOf(entry, writer, "Apply"));
  const others = entries.filter((entry) => entry !== mine);
  const wanted = fieldSetOf(config);
  const changed = [...wanted].filter(
    (path) => !sameJson(fieldValue(live ?? {}, path), fieldValue(config, path)),
  );
  const conflicts = conflictsOf(others, new Set(changed.filter((path) => !isItem(path))));
  if (conflicts.length > 0 && !force) throw applyConflict(conflicts);
  const left = force ? others.map((entry) => withoutFields(entry, new Set(changed))) : others;
  const merged = mergeObjects(live ?? {}, config);
  const dropped = [...(mine === undefined ? [] : decodeFields(mine.fieldsV1))].filter(
    (path) => !wanted.has(path),
  );
  const kept = new Set(left.flatMap((entry) => [...decodeFields(entry.fieldsV1)]).concat(...wanted));
  const pruned = dropped
    .sort((a, b) => b.length - a.length)
    .filter((path) => !isOwned(path, kept))
    .reduce((object, path) => removeField(object, path.split(SEPARATOR), ""), merged);
  return withEntries(pruned, [...left, entryOf(writer, "Apply", wanted, mine)]);
}

/** Ownership after a write that is no apply: what it changed is its own from now on. */
export function trackUpdate(live: ApiObject | undefined, next: Unmanaged, writer: Writer): Unmanaged {
  const before = live === undefined ? new Set<string>() : fieldSetOf(live);
  const after = fieldSetOf(next);
  const changed = [...after].filter(
    (path) => !before.has(path) || !sameJson(fieldValue(live ?? {}, path), fieldValue(next, path)),
  );
  const owned = changed.filter((path) => !isItem(path) || !before.has(path));
  const gone = [...before].filter((path) => !after.has(path));
  const entries = live?.metadata.managedFields ?? [];
  if (owned.length === 0 && gone.length === 0) return withEntries(next, entries);
  const mine = entries.find((entry) => isEntryOf(entry, writer, "Update"));
  const others = entries.filter((entry) => entry !== mine);
  const lost = new Set([...owned, ...gone]);
  const had = mine === undefined ? [] : [...decodeFields(mine.fieldsV1)].filter((path) => after.has(path));
  const set = new Set([...had, ...owned]);
  const left = others.map((entry) => withoutFields(entry, lost));
  return withEntries(next, set.size === 0 ? left : [...left, entryOf(writer, "Update", set, mine)]);
}

function isEntryOf(entry: ManagedFieldsEntry, writer: Writer, operation: "Apply" | "Update"): boolean {
  return (
    entry.manager === writer.manager &&
    entry.operation === operation &&
    entry.subresource === writer.subresource
  );
}

type Conflict = { readonly entry: ManagedFieldsEntry; readonly paths: readonly string[] };

function conflictsOf(others: readonly ManagedFieldsEntry[], changed: FieldSet): readonly Conflict[] {
  return others
    .map((entry) => ({ entry, paths: [...decodeFields(entry.fieldsV1)].filter((path) => changed.has(path)) }))
    .filter(({ paths }) => paths.length > 0);
}

function applyConflict(conflicts: readonly Conflict[]): StatusError {
  const causes = conflicts.flatMap(({ entry, paths }) =>
    paths.map((path) => ({
      reason: "FieldManagerConflict",
      message: `conflict with ${managerText(entry)}`,
      field: fieldText(path),
    })),
  );
  const [only] = causes;
  const text =
    causes.length === 1 && only !== undefined
      ? `Apply failed with 1 conflict: ${only.message}: ${only.field}`
      : `Apply failed with ${causes.length} conflicts: ${conflicts.map(conflictText).join("\n")}`;
  return new StatusError(409, "Conflict", text, { causes });
}

function conflictText({ entry, paths }: Conflict): string {
  const who = `conflict with ${managerText(entry)}:`;
  return [who, ...paths.map((path) => `- ${fieldText(path)}`)].join("\n");
}

function managerText({ manager, subresource, operation, apiVersion }: ManagedFieldsEntry): string {
  const name = subresource === undefined ? `"${manager}"` : `"${manager}" with subresource "${subresource}"`;
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}

/** `.spec.containers[name="a"].image` */
function fieldText(path: string): string {
  return path
    .split(SEPARATOR)
    .map((element) => {
      if (element.startsWith("f:")) return `.${element.slice(2)}`;
      if (element.startsWith("v:")) return `[=${element.slice(2)}]`;
      const keys: unknown = JSON.parse(element.slice(2));
      const pairs = Object.entries(isJsonObject(keys) ? keys : {});
      return `[${pairs.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
    })
    .join("");
}

/** The path of a keyed item itself: two managers may both have it. */
function isItem(path: string): boolean {
  const last = path.slice(path.lastIndexOf(SEPARATOR) + 1);
  return last.startsWith("k:") || last.startsWith("v:");
}

function isOwned(path: string, kept: FieldSet): boolean {
  if (kept.has(path)) return true;
  for (const other of kept) if (other.startsWith(path + SEPARATOR)) return true;
  return false;
}

function withoutFields(entry: ManagedFieldsEntry, lost: FieldSet): ManagedFieldsEntry {
  const set = decodeFields(entry.fieldsV1);
  const left = [...set].filter((path) => !lost.has(path));
  return left.length === set.size ? entry : { ...entry, fieldsV1: encodeFields(new Set(left)) };
}

function entryOf(
  writer: Writer,
  operation: "Apply" | "Update",
  set: FieldSet,
  before: ManagedFieldsEntry | undefined,
): ManagedFieldsEntry {
  const fieldsV1 = encodeFields(set);
  const { manager, apiVersion, time, subresource } = writer;
  if (before !== undefined && before.apiVersion === apiVersion && sameJson(before.fieldsV1, fieldsV1))
    return before;
  return {
    manager,
    operation,
    apiVersion,
    time,
    fieldsType: "FieldsV1",
    fieldsV1,
    ...(subresource !== undefined && { subresource }),
  };
}

function withEntries(object: Unmanaged, entries: readonly ManagedFieldsEntry[]): Unmanaged {
  const managedFields = entries.filter((entry) => Object.keys(entry.fieldsV1).length > 0);
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

function mergeObjects(live: JsonObject, config: Unmanaged): Unmanaged {
  const merged = mergeValues(live, config, "");
  const object = isJsonObject(merged) ? merged : {};
  return { ...object, metadata: objectAt(object, "metadata") };
}

function mergeValues(live: Json | undefined, config: Json, field: string): Json {
  if (isJsonObject(config)) {
    const base = isJsonObject(live) ? live : {};
    const merged: { [key: string]: Json | undefined } = { ...base };
    for (const [key, value] of Object.entries(config))
      if (value !== undefined) merged[key] = mergeValues(base[key], value, key);
    return merged;
  }
  if (!isJsonArray(config) || !isJsonArray(live)) return config;
  const list = listKind(field, [...config, ...live]);
  if (list.kind === "atomic") return config;
  const wanted = new Map(config.map((item) => [itemElement(list, item), item]));
  const kept = live.map((item) => {
    const next = wanted.get(itemElement(list, item));
    wanted.delete(itemElement(list, item));
    return next === undefined ? item : mergeValues(item, next, "");
  });
  return [...kept, ...wanted.values()];
}

function removeField<T extends Json>(value: T, path: readonly string[], field: string): T;
function removeField(value: Json, path: readonly string[], field: string): Json {
  const [element = "", ...rest] = path;
  if (isJsonArray(value)) {
    const list = listKind(field, value);
    const isIt = (item: Json): boolean => itemElement(list, item) === element;
    if (rest.length === 0) return value.filter((item) => !isIt(item));
    return value.map((item) => (isIt(item) ? removeField(item, rest, "") : item));
  }
  const key = element.slice(2);
  if (!isJsonObject(value) || value[key] === undefined) return value;
  if (rest.length === 0) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  const child = removeField(value[key] ?? null, rest, key);
  return { ...value, [key]: isEmpty(child) ? undefined : child };
}

function isEmpty(value: Json): boolean {
  if (isJsonArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.values(value).every((member) => member === undefined);
}
