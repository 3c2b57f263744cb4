import type { TimerClock } from "../timerClock.ts";

/**
 * What the stream says next, or "silent" if it says nothing for that long; the same `pending` may then be
 * waited for again. An answer that is already there wins over the timer.
 */
export function nextBatch(
  pending: Promise<IteratorResult<readonly unknown[]>>,
  silenceMs: number,
  clock: TimerClock,
): Promise<IteratorResult<readonly unknown[]> | "silent"> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(silenceMs, () => resolve("silent"));
    pending.then(
      (batch) => {
        cancel();
        resolve(batch);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}
