import { type KubeObject, objectKey } from "../api/kubeObject.ts";

/** Under which values an object is found by one index. Must depend on the object alone. */
export type Indexer<T> = (object: T) => readonly string[];

/** A step from one known state to the next. `previous` is what the store had. */
export type StoreChange<T> =
  | { readonly kind: "added"; readonly key: string; readonly object: T }
  | { readonly kind: "updated"; readonly key: string; readonly object: T; readonly previous: T }
  | { readonly kind: "deleted"; readonly key: string; readonly object: T };

/** What reconcilers may do with a cache. Objects are shared: never change one. */
export type StoreView<T> = {
  readonly get: (key: string) => T | undefined;
  /** In no particular order. */
  readonly list: () => readonly T[];
  /** Objects of that value in the named index. @throws RangeError if there is no such index */
  readonly byIndex: (index: string, value: string) => readonly T[];
  readonly size: () => number;
};

const STEP = 100;

/** Objects of one kind by key, with indexes. Writers get back what changed, in order. */
export class ObjectStore<T extends KubeObject> implements StoreView<T> {
  #objects = new Map<string, T>();
  #indexes: Map<string, Map<string, Set<string>>>;
  readonly #indexers: ReadonlyMap<string, Indexer<T>>;

  constructor(indexers: Readonly<Record<string, Indexer<T>>> = {}) {
    this.#indexers = new Map(Object.entries(indexers));
    this.#indexes = this.#emptyIndexes();
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): readonly T[] {
    return [...this.#objects.values()];
  }

  byIndex(index: string, value: string): readonly T[] {
    const values = this.#indexes.get(index);
    if (values === undefined) throw new RangeError(`no index ${index}: name it when the informer is made`);
    const found: T[] = [];
    for (const key of values.get(value) ?? []) {
      const object = this.#objects.get(key);
      if (object !== undefined) found.push(object);
    }
    return found;
  }

  size(): number {
    return this.#objects.size;
  }

  /** A state that came later. An object of the same name and another UID was deleted and made again. */
  upsert(object: T): readonly StoreChange<T>[] {
    const key = objectKey(object.metadata);
    const previous = this.#objects.get(key);
    if (previous?.metadata.resourceVersion === object.metadata.resourceVersion) return [];
    if (previous !== undefined) this.#unindex(this.#indexes, key, previous);
    this.#objects.set(key, object);
    this.#index(this.#indexes, key, object);
    return stepsBetween(key, previous, object);
  }

  remove(object: T): readonly StoreChange<T>[] {
    const key = objectKey(object.metadata);
    const previous = this.#objects.get(key);
    if (previous === undefined) return [];
    this.#unindex(this.#indexes, key, previous);
    this.#objects.delete(key);
    return [{ kind: "deleted", key, object }];
  }

  /** Takes a complete list at once. */
  replace(objects: readonly T[]): readonly StoreChange<T>[] {
    const steps = this.replaceInSteps(objects);
    for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
  }

  /**
   * Takes a complete list in steps, between which other work may run, but no other change of the store: readers see the
   * old state until the last step, and then the new one, never a part of it.
   */
  *replaceInSteps(objects: readonly T[]): Generator<undefined, readonly StoreChange<T>[], undefined> {
    const before = this.#objects;
    const after = new Map<string, T>();
    const indexes = this.#emptyIndexes();
    const changes: StoreChange<T>[] = [];
    for (const object of objects) {
      if (after.size % STEP === 0) yield;
      const key = objectKey(object.metadata);
      const previous = before.get(key);
      const same = previous?.metadata.resourceVersion === object.metadata.resourceVersion;
      const kept = same && previous !== undefined ? previous : object;
      after.set(key, kept);
      this.#index(indexes, key, kept);
      if (!same) changes.push(...stepsBetween(key, previous, object));
    }
    for (const [key, object] of before) if (!after.has(key)) changes.push({ kind: "deleted", key, object });
    this.#objects = after;
    this.#indexes = indexes;
    return changes;
  }

  #emptyIndexes(): Map<string, Map<string, Set<string>>> {
    return new Map([...this.#indexers.keys()].map((name) => [name, new Map<string, Set<string>>()]));
  }

  #index(indexes: Map<string, Map<string, Set<string>>>, key: string, object: T): void {
    for (const [name, indexer] of this.#indexers) {
      const values = indexes.get(name);
      for (const value of indexer(object)) {
        const keys = values?.get(value);
        if (keys === undefined) values?.set(value, new Set([key]));
        else keys.add(key);
      }
    }
  }

  #unindex(indexes: Map<string, Map<string, Set<string>>>, key: string, object: T): void {
    for (const [name, indexer] of this.#indexers) {
      const values = indexes.get(name);
      for (const value of indexer(object)) {
        const keys = values?.get(value);
        keys?.delete(key);
        if (keys?.size === 0) values?.delete(value);
      }
    }
  }
}

function stepsBetween<T extends KubeObject>(
  key: string,
  previous: T | undefined,
  object: T,
): readonly StoreChange<T>[] {
  if (previous === undefined) return [{ kind: "added", key, object }];
  if (previous.metadata.uid === object.metadata.uid) return [{ kind: "updated", key, object, previous }];
  return [
    { kind: "deleted", key, object: previous },
    { kind: "added", key, object },
  ];
}
