/** One row of `status.conditions`, as in metav1.Condition. */
export type Condition = {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  /** The generation of the spec that this is about. */
  readonly observedGeneration: number;
  /** PascalCase, for machines. */
  readonly reason: string;
  /** For people: what is so, and what to do. */
  readonly message: string;
  /** RFC 3339; changes with `status` only. */
  readonly lastTransitionTime: string;
};

/** kstatus' words: `kubectl wait --for=condition=Ready`, `Reconciling` while under way, `Stalled` when stuck. */
export const CONDITIONS = { ready: "Ready", reconciling: "Reconciling", stalled: "Stalled" } as const;

/**
 * The list with this condition in it, sorted by type; the same list, not a copy, if nothing changed. Pure: a
 * status whose conditions are the same object needs no write.
 */
export function setCondition(
  conditions: readonly Condition[],
  next: Omit<Condition, "lastTransitionTime">,
  nowMs: number,
): readonly Condition[] {
  const previous = conditions.find(({ type }) => type === next.type);
  if (previous !== undefined && isSame(previous, next)) return conditions;
  const lastTransitionTime =
    previous?.status === next.status ? previous.lastTransitionTime : secondsTime(nowMs);
  const others = conditions.filter(({ type }) => type !== next.type);
  return [...others, { ...next, lastTransitionTime }].sort((a, b) => (a.type < b.type ? -1 : 1));
}

/** True if the condition is there with status True and was said about this generation or a later one. */
export function isConditionTrue(conditions: readonly Condition[], type: string, generation: number): boolean {
  const condition = conditions.find((candidate) => candidate.type === type);
  return condition?.status === "True" && condition.observedGeneration >= generation;
}

function isSame(previous: Condition, next: Omit<Condition, "lastTransitionTime">): boolean {
  return (
    previous.status === next.status &&
    previous.reason === next.reason &&
    previous.message === next.message &&
    previous.observedGeneration === next.observedGeneration
  );
}

/** metav1.Time has whole seconds. */
function secondsTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/\.\d+Z$/, "Z");
}
