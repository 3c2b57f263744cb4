import { type Birth, checkKind, checkPreconditions, prepareCreate, prepareUpdate } from "./admission.ts";
import { type ApiObject, asStored, type Draft, decodeDraft } from "./apiObject.ts";
import { type Json, type JsonObject, objectAt, sameJson, textAt, without } from "./json.ts";
import type { ObjectStore } from "./objectStore.ts";
import { DEFINITIONS } from "./registry.ts";
import { apiVersionOf, type ResourceType, typeKey } from "./resourceType.ts";
import { withDefaults } from "./schemaDefaults.ts";
import { applyConfig, trackUpdate, type Writer } from "./serverSideApply.ts";
import { alreadyExists, conflict, notFound } from "./statusError.ts";

/** Which object a request is about. */
export type Target = {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource?: string | undefined;
};

export type DeleteOptions = {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly gracePeriodSeconds?: number | undefined;
  readonly propagation?: string | undefined;
};

const POD_GRACE_SECONDS = 30;
const FINISHED = ["Succeeded", "Failed"];

/** What the server does with objects: admission, ownership of fields, finalizers. Each call is one transaction. */
export class ObjectVerbs {
  readonly #store: ObjectStore;
  readonly #birth: () => Birth;

  /** `birth` gives the time and fresh ids. */
  constructor(store: ObjectStore, birth: () => Birth) {
    this.#store = store;
    this.#birth = birth;
  }

  /** @throws StatusError 404 */
  get({ type, namespace, name }: Target): ApiObject {
    const object = this.#store.get(type, namespace, name);
    if (object === undefined) throw notFound(type, name);
    return object;
  }

  /** @throws StatusError 400, 404 (no such namespace), 409 (there is one of this name), 422 */
  create(
    type: ResourceType,
    namespace: string | undefined,
    body: Json | undefined,
    manager: string,
  ): ApiObject {
    const draft = decodeDraft(body);
    checkKind(type, draft);
    const birth = this.#birth();
    const object = prepareCreate(type, namespace, defaulted(type, draft), birth);
    return this.#insert(type, trackUpdate(undefined, object, writerOf(type, manager, birth.now)));
  }

  /** PUT, and what a merge or JSON patch comes to. @throws StatusError 400, 404, 409, 422 */
  update(target: Target, wanted: Json | undefined, manager: string): ApiObject {
    const { type, subresource } = target;
    const live = this.get(target);
    const draft = decodeDraft(wanted);
    checkKind(type, draft);
    const next = prepareUpdate(type, live, defaulted(type, draft), subresource);
    const writer = writerOf(type, manager, this.#birth().now, subresource);
    return this.#replace(type, live, asStored(trackUpdate(live, next, writer)));
  }

  /** Server-side apply; creates the object when there is none. @throws StatusError 400, 404, 409, 422 */
  apply(target: Target, body: Json | undefined, manager: string, force: boolean): ApiObject {
    const { type, namespace, name, subresource } = target;
    const draft = decodeDraft(body);
    checkKind(type, draft);
    const birth = this.#birth();
    const writer = writerOf(type, manager, birth.now, subresource);
    const config = configOf(type, { ...draft, metadata: { ...draft.metadata, name } }, subresource);
    const live = this.#store.get(type, namespace, name);
    if (live === undefined) {
      if (subresource !== undefined) throw notFound(type, name);
      if (draft.metadata["uid"] !== undefined)
        throw conflict(
          type,
          name,
          "uid mismatch: the provided object specified a uid, and no existing object was found",
        );
      const created = prepareCreate(type, namespace, defaulted(type, config), birth);
      return this.#insert(type, withManaged(created, applyConfig(undefined, config, writer, force)));
    }
    const { uid, resourceVersion } = draft.metadata;
    const merged = applyConfig(live, config, writer, force);
    const next = prepareUpdate(
      type,
      live,
      { ...merged, metadata: { ...merged.metadata, uid, resourceVersion } },
      subresource,
    );
    return this.#replace(type, live, withManaged(next, merged));
  }

  /**
   * Removes an object, or marks it when finalizers (or a pod's grace) hold it.
   * @returns its last state, and whether it is gone
   * @throws StatusError 404, 409 when a precondition fails
   */
  remove(target: Target, options: DeleteOptions): { readonly object: ApiObject; readonly gone: boolean } {
    const { type } = target;
    const live = this.get(target);
    checkPreconditions(type, live, options);
    const grace = graceOf(live, options);
    const finalizers = [...(live.metadata.finalizers ?? []), ...finalizersOf(options)];
    if (finalizers.length === 0 && grace === 0 && type.kind !== "Namespace")
      return { object: this.#store.remove(type, live), gone: true };
    const { deletionTimestamp = this.#birth().now } = live.metadata;
    const marked = asStored({
      ...live,
      metadata: {
        ...live.metadata,
        deletionTimestamp,
        deletionGracePeriodSeconds: Math.min(grace, live.metadata.deletionGracePeriodSeconds ?? grace),
        ...(finalizers.length > 0 && { finalizers: [...new Set(finalizers)] }),
      },
    });
    if (sameJson(marked, live)) return { object: live, gone: false };
    return { object: this.#store.put(type, marked), gone: false };
  }

  /** Removes an object whatever holds it: a namespace that is empty, an object whose kind is gone. */
  drop(type: ResourceType, object: ApiObject): void {
    this.#store.remove(type, object);
  }

  #insert(type: ResourceType, draft: Draft): ApiObject {
    const object = asStored(draft);
    const { name, namespace } = object.metadata;
    if (this.#store.get(type, namespace, name) !== undefined) throw alreadyExists(type, name);
    if (namespace !== undefined && !this.#hasNamespace(namespace))
      throw notFound({ group: "", plural: "namespaces" }, namespace);
    return this.#store.put(type, typeKey(type) === DEFINITIONS ? established(object) : object);
  }

  #replace(type: ResourceType, live: ApiObject, next: ApiObject): ApiObject {
    if (sameJson(next, live)) return live;
    const stored = this.#store.put(type, next);
    const { deletionTimestamp, finalizers = [], deletionGracePeriodSeconds = 0 } = stored.metadata;
    const isFreed =
      deletionTimestamp !== undefined && finalizers.length === 0 && deletionGracePeriodSeconds === 0;
    return isFreed && type.kind !== "Namespace" ? this.#store.remove(type, stored) : stored;
  }

  #hasNamespace(name: string): boolean {
    return this.#store
      .all({ group: "", plural: "namespaces" })
      .some(({ metadata }) => metadata.name === name);
  }
}

function writerOf(type: ResourceType, manager: string, time: string, subresource?: string): Writer {
  const apiVersion = apiVersionOf(type);
  return { manager, apiVersion, time, ...(subresource !== undefined && { subresource }) };
}

/** What of an applied configuration counts on this path. */
function configOf(type: ResourceType, draft: Draft, subresource: string | undefined): Draft {
  const metadata = without(draft.metadata, "uid", "resourceVersion", "managedFields");
  if (subresource === "status") return { status: draft["status"], metadata: { name: metadata["name"] } };
  return { ...(type.status ? without(draft, "status") : draft), metadata };
}

function defaulted(type: ResourceType, draft: Draft): Draft {
  const { metadata } = draft;
  return type.schema === undefined ? draft : { ...withDefaults(type.schema, draft), metadata };
}

function withManaged(object: ApiObject, merged: Draft): ApiObject {
  const { managedFields } = merged.metadata;
  return asStored({ ...object, metadata: { ...object.metadata, managedFields } });
}

/** A bound pod that runs is given time to end; then who runs it deletes it for good, with a grace of 0. */
function graceOf(live: ApiObject, options: DeleteOptions): number {
  if (live.kind !== "Pod" || textAt(live["spec"], "nodeName") === undefined) return 0;
  if (FINISHED.includes(textAt(live["status"], "phase") ?? "")) return 0;
  const own = objectAt(live, "spec")["terminationGracePeriodSeconds"];
  return options.gracePeriodSeconds ?? (typeof own === "number" ? own : POD_GRACE_SECONDS);
}

function finalizersOf({ propagation }: DeleteOptions): readonly string[] {
  if (propagation === "Foreground") return ["foregroundDeletion"];
  return propagation === "Orphan" ? ["orphan"] : [];
}

function established(definition: ApiObject): ApiObject {
  const condition = (type: string): JsonObject => ({
    type,
    status: "True",
    lastTransitionTime: definition.metadata.creationTimestamp,
    reason: type === "Established" ? "InitialNamesAccepted" : "NoConflicts",
    message: type === "Established" ? "the initial names have been accepted" : "no conflicts found",
  });
  const conditions = [condition("NamesAccepted"), condition("Established")];
  return asStored({ ...definition, status: { conditions } });
}
