import { minerOf } from "../state/lookup.ts";
import type { MinerKey, MixtureState } from "../state/mixtureState.ts";
import { meanCosine } from "./meanCosine.ts";

/**
 * After the first `recordProbe` of a miner that came: if it behaves as it did when it left, its behaviour dates from
 * then, before whoever took it over meanwhile. What was kept of it goes either way.
 *
 * @throws GanglionError MIXTURE_UNKNOWN_MINER
 */
export function restoreSeniority(state: MixtureState, key: MinerKey, identity: string): void {
  const index = state.departed.findIndex((departed) => departed.identity === identity);
  const [departed] = index < 0 ? [] : state.departed.splice(index, 1);
  const miner = minerOf(state, key);
  if (departed === undefined || miner.probe?.length !== departed.probe.length) return;
  const { sameBehaviourCosine } = state.parameters.copies;
  if (meanCosine(departed.probe, miner.probe) < sameBehaviourCosine) return;
  miner.behaviourSince = departed.behaviourSince;
  const worthSince = new Map(departed.worthSince);
  state.domains.forEach(({ name }, i) => {
    const sums = miner.sums[i];
    if (sums !== undefined) sums.worthBefore = worthSince.get(name);
  });
}
