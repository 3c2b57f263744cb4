import type { MixtureState } from "../state/mixtureState.ts";

/** Counts bytes for the null player's unigrams: once for each training row's target. */
export function countTargets(state: MixtureState, targets: Uint8Array): void {
  for (const target of targets) state.nullCounts[target] = (state.nullCounts[target] ?? 0) + 1;
}

/** The null player's prediction: unigram frequencies with one more of each byte, [vocabulary]; sums to 1. */
export function nullProbabilities(state: MixtureState): Float64Array {
  const { nullCounts } = state;
  let total = nullCounts.length;
  for (const count of nullCounts) total += count;
  return nullCounts.map((count) => (count + 1) / total);
}
