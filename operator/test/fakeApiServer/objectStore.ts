import type { ApiObject } from "./apiObject.ts";
import { type ResourceType, typeKey } from "./resourceType.ts";
import { expired } from "./statusError.ts";

export type ChangeKind = "ADDED" | "MODIFIED" | "DELETED";

/** One change, in the order of versions. A DELETED one holds the last state with the version of the deletion. */
export type Change = {
  readonly version: number;
  readonly kind: ChangeKind;
  readonly typeKey: string;
  readonly object: ApiObject;
  readonly before: ApiObject | undefined;
};

/** Changes that are kept for watches that start in the past. */
const LOG_LIMIT = 200_000;

/**
 * Objects by type and name, a version for each change over all types, and the log of changes since the last
 * compaction. It knows nothing of verbs, time or connections.
 */
export class ObjectStore {
  readonly #objects = new Map<string, Map<string, ApiObject>>();
  readonly #sorted = new Map<string, readonly ApiObject[]>();
  readonly #listeners = new Set<(change: Change) => void>();
  #log: Change[] = [];
  #version = 1;
  #compacted = 0;

  /** The version of the last change. */
  get version(): number {
    return this.#version;
  }

  get(type: ResourceType, namespace: string | undefined, name: string): ApiObject | undefined {
    return this.#objects.get(typeKey(type))?.get(`${namespace ?? ""}/${name}`);
  }

  /** All objects of a type, by namespace and name. */
  all(type: Pick<ResourceType, "group" | "plural">): readonly ApiObject[] {
    const key = typeKey(type);
    const known = this.#sorted.get(key);
    if (known !== undefined) return known;
    const entries = [...(this.#objects.get(key) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    const sorted = entries.map(([, object]) => object);
    this.#sorted.set(key, sorted);
    return sorted;
  }

  /** Every object of every type. */
  everything(): readonly { readonly typeKey: string; readonly object: ApiObject }[] {
    return [...this.#objects].flatMap(([key, objects]) =>
      [...objects.values()].map((object) => ({ typeKey: key, object })),
    );
  }

  /** The objects as they were at a version. @throws StatusError 410 when that was compacted */
  allAt(type: ResourceType, version: number): readonly ApiObject[] {
    if (version < this.#compacted)
      throw expired("The provided continue parameter is too old to display a consistent list result.");
    const key = typeKey(type);
    const later = this.#log.filter((change) => change.typeKey === key && change.version > version);
    if (later.length === 0) return this.all(type);
    const objects = new Map(this.#objects.get(key) ?? []);
    for (const { object, before } of later.reverse()) {
      if (before === undefined) objects.delete(keyOf(object));
      else objects.set(keyOf(object), before);
    }
    return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** Stores an object under the next version and returns it. */
  put(type: ResourceType, draft: ApiObject): ApiObject {
    const key = typeKey(type);
    const objects = this.#objects.get(key) ?? new Map<string, ApiObject>();
    this.#objects.set(key, objects);
    const before = objects.get(keyOf(draft));
    const object = this.#versioned(draft);
    objects.set(keyOf(object), object);
    this.#record({ kind: before === undefined ? "ADDED" : "MODIFIED", typeKey: key, object, before });
    return object;
  }

  /** Removes an object; returns its last state under the version of the removal. */
  remove(type: ResourceType, stored: ApiObject): ApiObject {
    const key = typeKey(type);
    const object = this.#versioned(stored);
    this.#objects.get(key)?.delete(keyOf(object));
    this.#record({ kind: "DELETED", typeKey: key, object, before: stored });
    return object;
  }

  /** The changes after a version, none after one that is still to come. @throws StatusError 410 when some were compacted */
  changesSince(version: number): readonly Change[] {
    if (version < this.#compacted) throw expired(`too old resource version: ${version} (${this.#compacted})`);
    return this.#log.slice(this.#firstAfter(version));
  }

  /** Back to the state and the version of then, as after the restore of a backup; the difference goes to listeners. */
  rewind(version: number): void {
    if (version < this.#compacted) throw new RangeError(`version ${version} was compacted`);
    const undone = this.#log.splice(this.#firstAfter(version)).reverse();
    this.#version = version;
    for (const { typeKey: key, object, before } of undone) {
      const objects = this.#objects.get(key);
      if (before === undefined) objects?.delete(keyOf(object));
      else objects?.set(keyOf(before), before);
      this.#sorted.delete(key);
      const kind = before === undefined ? "DELETED" : "MODIFIED";
      for (const listener of this.#listeners)
        listener({ version, kind, typeKey: key, object: before ?? object, before: object });
    }
  }

  /** Forgets the log: watches and pages from before the present version are told to start anew. */
  compact(): void {
    this.#log = [];
    this.#compacted = this.#version;
  }

  /** Calls `listener` at each change, in order, at once. @returns how to end it */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #firstAfter(version: number): number {
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#log[middle]?.version ?? 0) > version) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #versioned(object: ApiObject): ApiObject {
    this.#version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
  }

  #record(change: Omit<Change, "version">): void {
    const recorded = { ...change, version: this.#version };
    this.#sorted.delete(change.typeKey);
    this.#log.push(recorded);
    if (this.#log.length > 2 * LOG_LIMIT) {
      const dropped = this.#log.splice(0, LOG_LIMIT);
      this.#compacted = dropped.at(-1)?.version ?? this.#compacted;
    }
    for (const listener of this.#listeners) listener(recorded);
  }
}

function keyOf({ metadata }: ApiObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
