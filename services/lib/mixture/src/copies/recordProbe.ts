import { GanglionError } from "@ganglion/types";
import { minerOf } from "../state/lookup.ts";
import type { MinerKey, MixtureState } from "../state/mixtureState.ts";

/**
 * A miner's normalised answers to the repeated probe set [probes x dim], now. If they hardly resemble its previous
 * ones its behaviour is new from this step on; a model that trains on stays itself from probe to probe. A probe set
 * of another size is taken as a new beginning, without judging.
 *
 * @throws GanglionError MIXTURE_UNKNOWN_MINER | MIXTURE_BAD_ROWS
 */
export function recordProbe(state: MixtureState, key: MinerKey, representations: Float32Array): void {
  const { dim, copies } = state.parameters;
  if (representations.length === 0 || representations.length % dim !== 0)
    throw new GanglionError("MIXTURE_BAD_ROWS", "a probe has whole rows, one at least");
  const miner = minerOf(state, key);
  const before = miner.probe;
  const comparable = before !== undefined && before.length === representations.length;
  if (comparable && meanCosine(before, representations) < copies.sameBehaviourCosine)
    miner.behaviourSince = state.step;
  miner.probe = representations.slice();
}

/** Rows have mean 0 and deviation 1, so one product over all of them is the mean of the rows' cosines. */
function meanCosine(a: Float32Array, b: Float32Array): number {
  let product = 0;
  let squareA = 0;
  let squareB = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    product += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return squareA === 0 || squareB === 0 ? 0 : product / Math.sqrt(squareA * squareB);
}
