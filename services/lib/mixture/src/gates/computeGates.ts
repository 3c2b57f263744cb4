import type { ContextFeatures } from "../features/contextFeatures.ts";
import { minerOf } from "../state/lookup.ts";
import type { MinerKey, MixtureState } from "../state/mixtureState.ts";
import { predictDifference } from "./gateStatistics.ts";

/**
 * Gates over exactly these miners and, last, the null player: softmax(-beta x predicted loss difference), null = 0.
 * Sums to 1.
 *
 * @throws GanglionError MIXTURE_UNKNOWN_MINER
 */
export function computeGates(
  state: MixtureState,
  features: ContextFeatures,
  miners: readonly MinerKey[],
): Float64Array {
  const { beta } = state.parameters.gates;
  const gates = new Float64Array(miners.length + 1);
  miners.forEach((key, i) => {
    gates[i] = -beta * predictDifference(minerOf(state, key).gate, features);
  });
  return softmax(gates);
}

function softmax(logits: Float64Array): Float64Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) largest = Math.max(largest, logit);
  const exponentials = logits.map((logit) => Math.exp(logit - largest));
  let total = 0;
  for (const value of exponentials) total += value;
  return exponentials.map((value) => value / total);
}
