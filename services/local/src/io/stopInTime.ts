export type StopStage = {
  /** Of the time there is, what later stages need. */
  readonly keepMs: number;
  /** Longest time of this stage, however much there is. */
  readonly mostMs?: number;
  /** Told how long it may take, after which it kills what it stops. */
  readonly stop: (withinMs: number) => Promise<unknown>;
};

/** For a kill to be seen. */
const KILL_MS = 50;

/**
 * Runs stages one after another within one deadline, which each is handed what is left of. One that takes longer is
 * left to itself: what comes after it still has its time.
 */
export async function stopInTime(totalMs: number, stages: readonly StopStage[]): Promise<void> {
  const endMs = performance.now() + totalMs;
  for (const { keepMs, mostMs = totalMs, stop } of stages) {
    const withinMs = Math.max(0, Math.min(endMs - performance.now() - keepMs, mostMs));
    await notLongerThan(withinMs + KILL_MS, stop(withinMs));
  }
}

async function notLongerThan(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
