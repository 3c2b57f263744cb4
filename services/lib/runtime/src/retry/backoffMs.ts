const FIRST_MS = 50;
const MAX_DOUBLINGS = 10;

/**
 * How long to wait before a try, `attempt` from 0: it doubles from 50 ms to `lastMs`, of which half is random, so that
 * many who wait for one server do not come at once.
 */
export function backoffMs(attempt: number, lastMs: number): number {
  const full = Math.min(lastMs, FIRST_MS * 2 ** Math.min(attempt, MAX_DOUBLINGS));
  return full / 2 + (Math.random() * full) / 2;
}
