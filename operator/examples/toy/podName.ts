import type { Toy } from "./kinds.ts";

/** What of a spec makes a pod outdated when it changes. */
export function revisionOf({ spec }: Toy): string {
  return hash(JSON.stringify([spec.image, spec.gpus, spec.nodeSelector ?? {}, spec.tolerations ?? []]));
}

/**
 * The one possible name of the pod that fills a place after the pod with that UID (empty: the first), so that
 * two controllers which see the same world can't both create one.
 */
export function podName(toy: Toy, ordinal: number, revision: string, predecessorUid: string): string {
  const { name, uid } = toy.metadata;
  return `${name}-${ordinal}-${hash(`${uid}/${revision}/${predecessorUid}`)}`;
}

/** FNV-1a, 32 bits, as eight hexadecimal digits. */
function hash(text: string): string {
  let mixed = 0x811c_9dc5;
  for (let index = 0; index < text.length; index++)
    mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x0100_0193) >>> 0;
  return mixed.toString(16).padStart(8, "0");
}
