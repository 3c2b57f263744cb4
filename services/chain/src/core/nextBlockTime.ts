/** Between two blocks of one run time goes forward by this much at most, so that a clock that jumped ahead spoils few blocks. */
export const MAX_STEP_MS = 60_000;
/** A clock further behind the last block than this is wrong, or the last block's was. */
const MAX_BEHIND_MS = 60_000;

/**
 * Strictly after the parent's, else the clock's (rule EMIT counts time).
 * @param maxStepMs {@link MAX_STEP_MS} while blocks are being made; no bound for the first block after a stop
 */
export function nextBlockTime(parentMs: number, nowMs: number, maxStepMs: number): number {
  return Math.min(Math.max(parentMs + 1, nowMs), parentMs + maxStepMs);
}

/** Whether blocks would have to stand still in time for long. */
export function isClockBehind(parentMs: number, nowMs: number): boolean {
  return nowMs < parentMs - MAX_BEHIND_MS;
}
