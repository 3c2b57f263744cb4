import type { ContextFeatures } from "../features/contextFeatures.ts";
import { nullProbabilities } from "../features/nullPlayer.ts";
import { computeGates } from "../gates/computeGates.ts";
import type { MinerKey, MixtureState } from "../state/mixtureState.ts";

export type MixedPrediction = {
  /** [vocabulary], sums to 1. */
  readonly probabilities: Float64Array;
  /** Gate by miner; the rest is the null player's. */
  readonly shares: ReadonlyMap<MinerKey, number>;
};

/**
 * The market's prediction for one context: sum of g_i p_i + g_0 p_0 over the miners that answered (each an array of
 * [vocabulary]). With none, the null player's.
 */
export function mixPredictions(
  state: MixtureState,
  features: ContextFeatures,
  predictions: ReadonlyMap<MinerKey, Float32Array>,
): MixedPrediction {
  const miners = [...predictions.keys()];
  const gates = computeGates(state, features, miners);
  const nullGate = gates[miners.length] ?? 0;
  const probabilities = nullProbabilities(state, undefined).map((probability) => nullGate * probability);
  miners.forEach((key, i) => {
    const gate = gates[i] ?? 0;
    predictions.get(key)?.forEach((probability, byte) => {
      probabilities[byte] = (probabilities[byte] ?? 0) + gate * probability;
    });
  });
  return { probabilities, shares: new Map(miners.map((key, i) => [key, gates[i] ?? 0])) };
}
