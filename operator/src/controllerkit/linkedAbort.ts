import type { TimerClock } from "./timerClock.ts";

/** A signal that aborts with the first of several and after a deadline. */
export type LinkedAbort = {
  readonly signal: AbortSignal;
  /** Why it aborted; undefined while it has not. */
  readonly cause: () => "deadline" | "stopped" | undefined;
  /** Lets go of the sources; must be called, or they keep it for their whole life. */
  readonly release: () => void;
};

/** Links the sources and a deadline, milliseconds from now; undefined sets none. */
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

/** What the work gives, or a rejection as soon as the signal aborts; the work then goes on unheard. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new DOMException("given up", "AbortError"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
