const FIRST_BACKOFF_MS = 50;
const LAST_BACKOFF_MS = 2_000;

/** Resolves after the time or when the signal aborts, never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
}

/** Doubles from 50 ms to 2 s, of which half is random, so that clients of a node that returns do not come at once. */
export function backoffMs(attempt: number): number {
  const full = Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(attempt, 10));
  return full / 2 + (Math.random() * full) / 2;
}
