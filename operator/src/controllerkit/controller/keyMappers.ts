import { type KubeObject, objectKey } from "../api/kubeObject.ts";
import type { ResourceType } from "../api/resourceType.ts";
import type { InformerChange } from "../cache/informer.ts";
import { controllerOf } from "./owners.ts";

/** The object's own key: for the kind that a controller reconciles. */
export function ownKey(object: KubeObject): readonly string[] {
  return [objectKey(object.metadata)];
}

/** The key of the owner that answers for the object, if it is of that kind: for children. */
export function ownerKeys<T extends KubeObject>(
  type: ResourceType<T>,
): (object: KubeObject) => readonly string[] {
  return (object) => {
    const owner = controllerOf(object);
    const group = owner?.apiVersion.includes("/") ? owner.apiVersion.split("/")[0] : "";
    if (owner?.kind !== type.kind || group !== type.group) return [];
    const { namespace } = object.metadata;
    return [objectKey(type.namespaced && namespace !== undefined ? { namespace, name: owner.name } : owner)];
  };
}

/**
 * Lets changes of spec and deletions through, not those of status: for a kind with a status subresource that a
 * controller only reads. Not for the kind whose status it writes: a status that was compared with a cache that
 * lagged is put right when the write itself comes back as a change.
 */
export function specChanged<T extends KubeObject>(change: InformerChange<T>): boolean {
  if (change.kind !== "updated") return true;
  const { object, previous } = change;
  return (
    object.metadata.generation !== previous.metadata.generation ||
    object.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp
  );
}
