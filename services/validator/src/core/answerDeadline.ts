import type { MinerHealth } from "./minerHealth.ts";
import { PARAMETERS } from "./parameters.ts";

/**
 * How long one miner may take, in milliseconds: some times what the others take, so that one slow miner does not hold
 * every step up. `mostMs` where no other has ever answered: silence must not lengthen it.
 */
export function answerDeadlineMs(others: readonly MinerHealth[], mostMs: number): number {
  const known = others
    .filter(({ answered }) => answered > 0)
    .map(({ latencyMs }) => latencyMs)
    .sort((a, b) => a - b);
  const median = known[Math.floor(known.length / 2)];
  if (median === undefined) return mostMs;
  return Math.min(
    mostMs,
    Math.max(PARAMETERS.deadlineLeastMs, Math.ceil(PARAMETERS.deadlineFactor * median)),
  );
}
