import type { MinerState, MixtureState } from "../state/mixtureState.ts";

/**
 * Dates, in each domain, since when a miner's own predictions have been worth something on fresh rows. Probes may be
 * answered from memory; fresh rows not, and whoever begins to answer them as another model does loses what its head
 * had learned: its predictions are worth nothing until the head has learned anew.
 */
export function recordWorth(state: MixtureState, miner: MinerState): void {
  const { minGainNats, worthGainNats } = state.parameters.copies;
  for (const sums of miner.sums) {
    if (sums.recentGain < minGainNats) sums.worthSince = undefined;
    else if (sums.recentGain > worthGainNats) {
      sums.worthSince ??= sums.worthBefore ?? state.step;
      sums.worthBefore = undefined;
    }
  }
}
