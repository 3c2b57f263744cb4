import type { KubeObject, OwnerReference } from "../api/kubeObject.ts";

/** The name under which `Informer` indexes children by owner: `indexers: { [OWNER_INDEX]: ownerUids }`. */
export const OWNER_INDEX = "owner";

/** The reference that makes `owner` answer for a child: the child is collected once the owner is gone. */
export function ownerReference(owner: KubeObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  return {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Who answers for the object; undefined if nobody does. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/** An indexer: the UID of who answers for the object. Find children by UID, so that a namesake's are not ours. */
export function ownerUids(object: KubeObject): readonly string[] {
  const owner = controllerOf(object);
  return owner === undefined ? [] : [owner.uid];
}
