import type { KubeObject } from "../api/kubeObject.ts";
import type { CallOptions, ResourceClient } from "../api/resourceClient.ts";

/** True once deletion was asked for. */
export function isDeleting(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** True if the object waits for that finalizer before it can go. */
export function hasFinalizer(object: KubeObject, finalizer: string): boolean {
  return object.metadata.finalizers?.includes(finalizer) ?? false;
}

/**
 * Makes sure that the object can't vanish before `removeFinalizer`. Do it before the first effect outside the
 * cluster. Idempotent; writes only if it is missing. @throws GanglionError KUBE_CONFLICT: reconcile again
 */
export async function addFinalizer<T extends KubeObject>(
  client: ResourceClient<T>,
  object: T,
  finalizer: string,
  call: CallOptions = {},
): Promise<T> {
  if (hasFinalizer(object, finalizer) || isDeleting(object)) return object;
  const finalizers = [...(object.metadata.finalizers ?? []), finalizer];
  return await client.patch(object, { metadata: { finalizers } }, call);
}

/** Lets go; the object goes once no finalizer is left. Idempotent. @throws GanglionError KUBE_CONFLICT */
export async function removeFinalizer<T extends KubeObject>(
  client: ResourceClient<T>,
  object: T,
  finalizer: string,
  call: CallOptions = {},
): Promise<T> {
  if (!hasFinalizer(object, finalizer)) return object;
  const finalizers = object.metadata.finalizers?.filter((name) => name !== finalizer) ?? [];
  return await client.patch(object, { metadata: { finalizers } }, call);
}
