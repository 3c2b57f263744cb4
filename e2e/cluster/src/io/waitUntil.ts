import { setTimeout as sleep } from "node:timers/promises";
import { GanglionError } from "@ganglion/types";

const POLL_MS = 100;

export type WaitOptions = {
  readonly what: string;
  readonly withinMs: number;
  readonly pollMs?: number;
  readonly signal?: AbortSignal;
};

/** Looks until something holds; errors of a look count as "not yet". @throws GanglionError CLUSTER_TIMEOUT */
export async function waitUntil(
  look: () => Promise<boolean> | boolean,
  { what, withinMs, pollMs = POLL_MS, signal }: WaitOptions,
): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      if (await look()) return;
      last = undefined;
    } catch (error) {
      if (error instanceof GanglionError && error.code === "CLUSTER_ENDED") throw error;
      last = error;
    }
    if (performance.now() > deadlineMs)
      throw new GanglionError("CLUSTER_TIMEOUT", `no ${what} within ${withinMs} ms`, {}, { cause: last });
    await sleep(POLL_MS < pollMs ? pollMs : POLL_MS, undefined, signal && { signal });
  }
}
