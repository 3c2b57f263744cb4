import { createGateStatistics } from "../gates/gateStatistics.ts";
import { minerOf } from "../state/lookup.ts";
import type { MinerKey, MixtureState } from "../state/mixtureState.ts";

/**
 * "collect" while a newcomer's stored rows are too few, "replay" once they are enough (`replayPasses` over the stored
 * rows), "serve" after `markReplayed`.
 *
 * @throws GanglionError MIXTURE_UNKNOWN_MINER
 */
export function newcomerPhase(
  state: MixtureState,
  key: MinerKey,
  storedRows: number,
): "collect" | "replay" | "serve" {
  if (minerOf(state, key).replayed) return "serve";
  return storedRows >= state.parameters.newcomers.replayRows ? "replay" : "collect";
}

/**
 * Call after the replay's last batch, or to go without one. Its gate begins anew: what the head predicted before says
 * nothing of it now.
 *
 * @throws GanglionError MIXTURE_UNKNOWN_MINER
 */
export function markReplayed(state: MixtureState, key: MinerKey): void {
  const miner = minerOf(state, key);
  miner.replayed = true;
  miner.gate = createGateStatistics(state.step);
  miner.scoredContexts = 0;
}

/** Whether the miner still holds a newcomer's seat: until its gate knows enough scored contexts. */
export function onProbation(state: MixtureState, key: MinerKey): boolean {
  const miner = minerOf(state, key);
  return miner.scoredContexts < state.parameters.newcomers.scoredContexts || !miner.replayed;
}
