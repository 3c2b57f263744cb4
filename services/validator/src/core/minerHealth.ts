import { PARAMETERS } from "./parameters.ts";

/** What a validator knows about one miner's service. Plain data. */
export type MinerHealth = {
  readonly answered: number;
  readonly failed: number;
  /** Failures since the last answer. */
  readonly failuresInRow: number;
  /** Moving average, a late call counting what was waited; 0 before the first. */
  readonly latencyMs: number;
  /** Contexts a second, moving average; 0 before the first answer. */
  readonly capacity: number;
  /** Part of the calls answered in time, moving average; 1 at first. */
  readonly reliability: number;
  /** Not asked before this time. */
  readonly restUntilMs: number;
  /** Code of the last fault; empty where there was none. */
  readonly lastFault: string;
};

export const NEW_MINER_HEALTH: MinerHealth = {
  answered: 0,
  failed: 0,
  failuresInRow: 0,
  latencyMs: 0,
  capacity: 0,
  reliability: 1,
  restUntilMs: 0,
  lastFault: "",
};

/** After a good answer to `contexts` contexts that took `latencyMs`. */
export function recordAnswer(health: MinerHealth, contexts: number, latencyMs: number): MinerHealth {
  const capacity = (contexts * 1_000) / Math.max(1, latencyMs);
  return {
    ...health,
    answered: health.answered + 1,
    failuresInRow: 0,
    latencyMs: average(health.latencyMs, latencyMs),
    capacity: average(health.capacity, capacity),
    reliability: average(health.reliability, 1),
    restUntilMs: 0,
  };
}

/** A call that ended at its deadline took that long at least: if all grow slow together, the deadline follows. */
export function recordLate(health: MinerHealth, waitedMs: number): MinerHealth {
  return { ...health, latencyMs: average(health.latencyMs, Math.max(health.latencyMs, waitedMs)) };
}

/** After a refusal, a fault or silence; the miner rests ever longer. `retryAfterMs` is the miner's own wish. */
export function recordFailure(
  health: MinerHealth,
  code: string,
  nowMs: number,
  retryAfterMs = 0,
): MinerHealth {
  const failuresInRow = health.failuresInRow + 1;
  const doubled = PARAMETERS.backoffStartMs * 2 ** Math.min(failuresInRow - 1, 16);
  const restMs = Math.min(PARAMETERS.backoffMaxMs, Math.max(doubled, retryAfterMs));
  return {
    ...health,
    failed: health.failed + 1,
    failuresInRow,
    reliability: health.reliability * (1 - PARAMETERS.healthAlpha),
    restUntilMs: nowMs + restMs,
    lastFault: code,
  };
}

function average(old: number, fresh: number): number {
  return old === 0 ? fresh : old + PARAMETERS.healthAlpha * (fresh - old);
}
