import type { Clock } from "@ganglion/types";

/** Time and timers, injected so that tests decide when time passes. */
export type TimerClock = Clock & {
  /** Milliseconds that never jump: for deadlines and leases. The wall's `nowMs` is for what others read. */
  readonly monotonicMs: () => number;
  /** Calls `run` once, after the delay; the returned function takes it back. */
  readonly after: (delayMs: number, run: () => void) => () => void;
};

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: TimerClock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/** Resolves after the delay, or at once when the signal aborts: look at the signal afterwards. */
export function sleep(clock: TimerClock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = (): void => {
      cancel();
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const cancel = clock.after(delayMs, wake);
    signal.addEventListener("abort", wake, { once: true });
  });
}
