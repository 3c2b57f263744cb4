import type { ObjectStore } from "./objectStore.ts";
import { BUILT_IN, type ResourceType, typeKey, typesOfDefinition } from "./resourceType.ts";

export const DEFINITIONS = "apiextensions.k8s.io/customresourcedefinitions";

/** The kinds that are served: the built-in ones and those of the stored CustomResourceDefinitions. */
export class Registry {
  readonly #byPath = new Map<string, ResourceType>();
  readonly #byKey = new Map<string, ResourceType>();

  constructor(store: ObjectStore) {
    for (const type of BUILT_IN) this.#add(type);
    store.subscribe((change) => {
      if (change.typeKey !== DEFINITIONS) return;
      for (const type of typesOfDefinition(change.before ?? {})) this.#remove(type);
      if (change.kind !== "DELETED") for (const type of typesOfDefinition(change.object)) this.#add(type);
    });
  }

  find(group: string, version: string, plural: string): ResourceType | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  /** Any served version of a resource. */
  byKey(key: string): ResourceType | undefined {
    return this.#byKey.get(key);
  }

  all(): readonly ResourceType[] {
    return [...this.#byPath.values()];
  }

  #add(type: ResourceType): void {
    this.#byPath.set(`${type.group}/${type.version}/${type.plural}`, type);
    this.#byKey.set(typeKey(type), type);
  }

  #remove(type: ResourceType): void {
    this.#byPath.delete(`${type.group}/${type.version}/${type.plural}`);
    this.#byKey.delete(typeKey(type));
  }
}
