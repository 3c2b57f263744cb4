import { CONDITIONS, type Condition, setCondition } from "@ganglion/operator/controllerkit";
import { LABELS, PREDECESSOR, type Toy, type ToyPod, type ToyStatus } from "./kinds.ts";
import { podName, revisionOf } from "./podName.ts";

/** A pod to create. */
export type PlannedPod = { readonly name: string; readonly ordinal: number; readonly predecessorUid: string };

/** What to write; all three are empty or unchanged when the world is as asked. */
export type ToyPlan = {
  readonly create: readonly PlannedPod[];
  readonly remove: readonly ToyPod[];
  readonly status: ToyStatus;
};

/** Of the pods that may be not ready during a roll-out: a tenth, and one at least. */
const UNAVAILABLE_SHARE = 0.1;

/**
 * Pure: what is missing to the wanted pods, by ordinal. A dead pod's successor is created at once, under a name
 * derived from the dead one, and the dead one is removed.
 */
export function planToy(toy: Toy, pods: readonly ToyPod[], nowMs: number): ToyPlan {
  const revision = revisionOf(toy);
  const places = byOrdinal(pods);
  const create: PlannedPod[] = [];
  const remove = pods.filter((pod) => isDead(pod) && !isGoing(pod));
  const kept: ToyPod[] = [];
  for (let ordinal = 0; ordinal < toy.spec.replicas; ordinal++) {
    const place = places.get(ordinal) ?? [];
    const [first, ...surplus] = place.filter(isLive).sort(bestFirst);
    remove.push(...surplus);
    if (first !== undefined) kept.push(first);
    else create.push(planPod(toy, ordinal, revision, place));
  }
  for (const [ordinal, place] of places)
    if (ordinal >= toy.spec.replicas) remove.push(...place.filter(isLive));
  const ready = kept.filter(isReady).length;
  remove.push(...outdated(kept, revision, toy.spec.replicas - ready, toy.spec.replicas));
  return { create, remove, status: planStatus(toy, kept.length, ready, nowMs) };
}

/** The value of a pod's ordinal label; -1 for a pod that has none. */
export function ordinalOf(pod: ToyPod): number {
  const text = pod.metadata.labels?.[LABELS.ordinal];
  return text === undefined || !/^\d+$/.test(text) ? -1 : Number(text);
}

function planPod(toy: Toy, ordinal: number, revision: string, dead: readonly ToyPod[]): PlannedPod {
  const followed = new Set(dead.map((pod) => pod.metadata.annotations?.[PREDECESSOR]));
  const predecessorUid = dead.find(({ metadata }) => !followed.has(metadata.uid))?.metadata.uid ?? "";
  return { name: podName(toy, ordinal, revision, predecessorUid), ordinal, predecessorUid };
}

function byOrdinal(pods: readonly ToyPod[]): ReadonlyMap<number, ToyPod[]> {
  const places = new Map<number, ToyPod[]>();
  for (const pod of pods) {
    const ordinal = ordinalOf(pod);
    if (ordinal < 0) continue;
    const place = places.get(ordinal);
    if (place === undefined) places.set(ordinal, [pod]);
    else place.push(pod);
  }
  return places;
}

function outdated(kept: readonly ToyPod[], revision: string, unready: number, replicas: number): ToyPod[] {
  const budget = Math.max(1, Math.floor(replicas * UNAVAILABLE_SHARE)) - unready;
  const old = kept.filter((pod) => pod.metadata.labels?.[LABELS.revision] !== revision);
  // Those that are not ready anyway cost nothing.
  const idle = old.filter((pod) => !isReady(pod));
  return [...idle, ...old.filter(isReady).slice(0, Math.max(0, budget))];
}

function planStatus(toy: Toy, replicas: number, readyReplicas: number, nowMs: number): ToyStatus {
  const observedGeneration = toy.metadata.generation ?? 0;
  const wanted = toy.spec.replicas;
  const ready = readyReplicas >= wanted;
  const common = { observedGeneration, message: `${readyReplicas} of ${wanted} pods are ready` };
  const set = (list: readonly Condition[], type: string, status: boolean, reason: string) =>
    setCondition(list, { ...common, type, status: status ? "True" : "False", reason }, nowMs);
  const before = toy.status?.conditions ?? [];
  const withReady = set(before, CONDITIONS.ready, ready, ready ? "AllReady" : "PodsMissing");
  const conditions = set(withReady, CONDITIONS.reconciling, !ready, ready ? "Settled" : "InProgress");
  return {
    observedGeneration,
    replicas,
    readyReplicas,
    selector: `${LABELS.toy}=${toy.metadata.name}`,
    conditions,
  };
}

function bestFirst(a: ToyPod, b: ToyPod): number {
  const readiness = Number(isReady(b)) - Number(isReady(a));
  return readiness !== 0 ? readiness : a.metadata.name < b.metadata.name ? -1 : 1;
}

function isReady(pod: ToyPod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

function isDead({ status }: ToyPod): boolean {
  return status?.phase === "Failed" || status?.phase === "Succeeded";
}

function isGoing({ metadata }: ToyPod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function isLive(pod: ToyPod): boolean {
  return !isDead(pod) && !isGoing(pod);
}
