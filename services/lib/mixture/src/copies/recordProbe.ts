import { GanglionError } from "@ganglion/types";
import { createGateStatistics } from "../gates/gateStatistics.ts";
import { resetHead } from "../heads/headState.ts";
import { minerOf } from "../state/lookup.ts";
import { noSums } from "../state/miners.ts";
import type { MinerKey, MinerState, MixtureState } from "../state/mixtureState.ts";
import { meanCosine } from "./meanCosine.ts";

/**
 * A miner's normalised answers to the repeated probe set [probes x dim], now. If they hardly resemble its previous
 * ones, another model answers: its behaviour is new from this step on, and it begins anew as a newcomer does (head,
 * gate, similarities, earnings, replay). A model that trains on stays itself from probe to probe. A probe set of
 * another size is not compared.
 *
 * @returns whether the behaviour is new: rows stored for its replay are another model's then
 * @throws GanglionError MIXTURE_UNKNOWN_MINER | MIXTURE_BAD_ROWS
 */
export function recordProbe(state: MixtureState, key: MinerKey, representations: Float32Array): boolean {
  const { dim, copies } = state.parameters;
  if (representations.length === 0 || representations.length % dim !== 0)
    throw new GanglionError("MIXTURE_BAD_ROWS", "a probe has whole rows, one at least");
  const miner = minerOf(state, key);
  const before = miner.probe;
  const comparable = before !== undefined && before.length === representations.length;
  const isNew = comparable && meanCosine(before, representations) < copies.sameBehaviourCosine;
  if (isNew) beginAnew(state, miner);
  miner.probe = representations.slice();
  return isNew;
}

function beginAnew(state: MixtureState, miner: MinerState): void {
  miner.behaviourSince = state.step;
  miner.gate = createGateStatistics(state.step);
  miner.replayed = false;
  miner.scoredContexts = 0;
  for (const sums of miner.sums) Object.assign(sums, noSums());
  resetHead(state, miner.key);
  forgetPairs(state, miner.key);
}

function forgetPairs(state: MixtureState, key: MinerKey): void {
  for (const [name, pair] of state.pairs)
    if (pair.first === key || pair.second === key) state.pairs.delete(name);
}
