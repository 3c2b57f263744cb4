import type { ContextFeatures } from "../features/contextFeatures.ts";
import { domainOf } from "../state/lookup.ts";
import type { MinerKey, MixtureState } from "../state/mixtureState.ts";
import { computeGates } from "./computeGates.ts";

/**
 * The gates by which a context's rows weigh when heads learn, one for each of `miners`. A copy that is asked beside
 * its leader takes no share from it and learns with the leader's gate: heads must learn alike to be compared.
 *
 * @throws GanglionError MIXTURE_UNKNOWN_MINER | MIXTURE_UNKNOWN_DOMAIN
 */
export function trainingGates(
  state: MixtureState,
  context: { readonly features: ContextFeatures; readonly domain: string },
  miners: readonly MinerKey[],
): Float64Array {
  const { leaders } = domainOf(state, context.domain);
  const playing = miners.filter((key) => !miners.includes(leaders.get(key) ?? ""));
  const gates = computeGates(state, context.features, playing);
  return Float64Array.from(miners, (key) => {
    const own = playing.indexOf(key);
    return gates[own >= 0 ? own : playing.indexOf(leaders.get(key) ?? "")] ?? 0;
  });
}
