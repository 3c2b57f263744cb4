import type { ApiObject } from "./apiObject.ts";
import { sameJson } from "./json.ts";
import type { ObjectStore } from "./objectStore.ts";
import type { ObjectVerbs, Target } from "./objectVerbs.ts";
import { DEFINITIONS, type Registry } from "./registry.ts";
import { type ResourceType, typesOfDefinition } from "./resourceType.ts";

const MANAGER = "kube-controller-manager";

type Known = { readonly typeKey: string; readonly object: ApiObject };

/**
 * The part of kube-controller-manager that ends what belongs to something gone: dependents by owner UID
 * (background, foreground, orphan), contents of namespaces, objects of removed kinds. It notes what a change
 * may concern and works when told to.
 */
export class GarbageCollector {
  readonly #store: ObjectStore;
  readonly #verbs: ObjectVerbs;
  readonly #registry: Registry;
  readonly #byUid = new Map<string, Known>();
  readonly #dependents = new Map<string, Set<string>>();
  readonly #dirty = new Set<string>();

  constructor(store: ObjectStore, verbs: ObjectVerbs, registry: Registry, onWork: () => void) {
    this.#store = store;
    this.#verbs = verbs;
    this.#registry = registry;
    store.subscribe(({ kind, typeKey, object, before }) => {
      for (const owner of before?.metadata.ownerReferences ?? [])
        this.#dependents.get(owner.uid)?.delete(object.metadata.uid);
      if (kind === "DELETED") this.#forget(typeKey, object);
      else this.#note(typeKey, object);
      if (this.#dirty.size > 0) onWork();
    });
  }

  /** Does what is to be done now; what it changes may ask for more. */
  work(): void {
    const uids = [...this.#dirty];
    this.#dirty.clear();
    for (const uid of uids) {
      const known = this.#byUid.get(uid);
      const type = known === undefined ? undefined : this.#registry.byKey(known.typeKey);
      if (known !== undefined && type !== undefined) this.#examine(type, known.object);
    }
  }

  #note(typeKey: string, object: ApiObject): void {
    const { uid, ownerReferences = [], deletionTimestamp, namespace } = object.metadata;
    this.#byUid.set(uid, { typeKey, object });
    for (const owner of ownerReferences) {
      const dependents = this.#dependents.get(owner.uid) ?? new Set();
      this.#dependents.set(owner.uid, dependents.add(uid));
    }
    const isOrphan = ownerReferences.some((owner) => !this.#byUid.has(owner.uid));
    if (isOrphan || deletionTimestamp !== undefined) this.#dirty.add(uid);
    if (namespace !== undefined && this.#namespaceEnds(namespace)) this.#dirty.add(uid);
  }

  #forget(typeKey: string, object: ApiObject): void {
    const { uid, ownerReferences = [], namespace } = object.metadata;
    this.#byUid.delete(uid);
    for (const dependent of this.#dependents.get(uid) ?? []) this.#dirty.add(dependent);
    this.#dependents.delete(uid);
    for (const owner of ownerReferences) {
      if (this.#byUid.get(owner.uid)?.object.metadata.deletionTimestamp !== undefined)
        this.#dirty.add(owner.uid);
    }
    const ending = namespace === undefined ? undefined : this.#endingNamespace(namespace);
    if (ending !== undefined) this.#dirty.add(ending.metadata.uid);
    if (typeKey === DEFINITIONS) this.#dropInstances(object);
  }

  #examine(type: ResourceType, object: ApiObject): void {
    const { deletionTimestamp, finalizers = [], ownerReferences = [] } = object.metadata;
    if (type.kind === "Namespace" && deletionTimestamp !== undefined) this.#emptyNamespace(type, object);
    else if (deletionTimestamp !== undefined && finalizers.includes("orphan")) this.#orphan(type, object);
    else if (deletionTimestamp !== undefined && finalizers.includes("foregroundDeletion"))
      this.#deleteDependentsFirst(type, object);
    else if (ownerReferences.length > 0) this.#checkOwners(type, object);
  }

  #checkOwners(type: ResourceType, object: ApiObject): void {
    const { ownerReferences = [], uid, deletionTimestamp } = object.metadata;
    const present = ownerReferences.filter((owner) => this.#keeps(owner.uid));
    if (present.length === ownerReferences.length) return;
    if (present.length === 0) {
      if (deletionTimestamp === undefined) this.#verbs.remove(targetOf(type, object), { uid });
    } else this.#update(type, object, { ownerReferences: present });
  }

  #keeps(ownerUid: string): boolean {
    const owner = this.#byUid.get(ownerUid)?.object.metadata;
    return owner !== undefined && !(owner.finalizers ?? []).includes("foregroundDeletion");
  }

  #deleteDependentsFirst(type: ResourceType, owner: ApiObject): void {
    const dependents = [...(this.#dependents.get(owner.metadata.uid) ?? [])];
    if (dependents.length === 0) this.#dropFinalizer(type, owner, "foregroundDeletion");
    for (const uid of dependents) this.#examineUid(uid);
  }

  #examineUid(uid: string): void {
    const known = this.#byUid.get(uid);
    const type = known === undefined ? undefined : this.#registry.byKey(known.typeKey);
    if (known !== undefined && type !== undefined) this.#checkOwners(type, known.object);
  }

  #orphan(type: ResourceType, owner: ApiObject): void {
    for (const uid of this.#dependents.get(owner.metadata.uid) ?? []) {
      const known = this.#byUid.get(uid);
      const dependentType = known === undefined ? undefined : this.#registry.byKey(known.typeKey);
      if (known === undefined || dependentType === undefined) continue;
      const { ownerReferences = [] } = known.object.metadata;
      this.#update(dependentType, known.object, {
        ownerReferences: ownerReferences.filter((each) => each.uid !== owner.metadata.uid),
      });
    }
    this.#dependents.delete(owner.metadata.uid);
    this.#dropFinalizer(type, owner, "orphan");
  }

  #dropFinalizer(type: ResourceType, object: ApiObject, finalizer: string): void {
    const { finalizers = [] } = object.metadata;
    this.#update(type, object, { finalizers: finalizers.filter((each) => each !== finalizer) });
  }

  #update(type: ResourceType, object: ApiObject, metadata: Partial<ApiObject["metadata"]>): void {
    const next = { ...object, metadata: { ...object.metadata, ...metadata } };
    if (!sameJson(next, object)) this.#verbs.update(targetOf(type, object), next, MANAGER);
  }

  #emptyNamespace(type: ResourceType, namespace: ApiObject): void {
    const { name } = namespace.metadata;
    const inside = [...this.#byUid.values()].filter(({ object }) => object.metadata.namespace === name);
    if (inside.length === 0) this.#verbs.drop(type, namespace);
    for (const { typeKey, object } of inside) {
      const inner = this.#registry.byKey(typeKey);
      if (inner !== undefined && object.metadata.deletionTimestamp === undefined)
        this.#verbs.remove(targetOf(inner, object), { gracePeriodSeconds: 0 });
    }
  }

  #dropInstances(definition: ApiObject): void {
    for (const type of typesOfDefinition(definition))
      for (const object of this.#store.all(type)) this.#verbs.drop(type, object);
  }

  #endingNamespace(name: string): ApiObject | undefined {
    return this.#store
      .all({ group: "", plural: "namespaces" })
      .find(({ metadata }) => metadata.name === name && metadata.deletionTimestamp !== undefined);
  }

  #namespaceEnds(name: string): boolean {
    return this.#endingNamespace(name) !== undefined;
  }
}

function targetOf(type: ResourceType, { metadata }: ApiObject): Target {
  return { type, namespace: metadata.namespace, name: metadata.name };
}
