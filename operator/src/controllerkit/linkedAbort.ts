import type { TimerClock } from "./timerClock.ts";

/** A signal that aborts with the first of several and after a deadline. */
export type LinkedAbort = {
  readonly signal: AbortSignal;
  /** Why it aborted; undefined while it has not. */
  readonly cause: () => "deadline" | "stopped" | undefined;
  /** Lets go of the sources; must be called, or they keep it for their whole life. */
  readonly release: () => void;
};

export function linkAbort(
  sources: readonly (AbortSignal | undefined)[],
  deadlineMs: number | undefined,
  clock: TimerClock,
): LinkedAbort {
  const controller = new AbortController();
  let cause: "deadline" | "stopped" | undefined;
  const abort = (why: "deadline" | "stopped"): void => {
    cause ??= why;
    controller.abort();
  };
  const stop = (): void => abort("stopped");
  for (const source of sources) {
    if (source?.aborted) stop();
    source?.addEventListener("abort", stop, { once: true });
  }
  const cancel = deadlineMs === undefined ? undefined : clock.after(deadlineMs, () => abort("deadline"));
  return {
    signal: controller.signal,
    cause: () => cause,
    release: () => {
      cancel?.();
      for (const source of sources) source?.removeEventListener("abort", stop);
    },
  };
}
