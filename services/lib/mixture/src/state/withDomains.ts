import { noPairSums } from "../copies/observePairs.ts";
import { createMixtureState } from "./createMixtureState.ts";
import { noSums } from "./miners.ts";
import type { MixtureState } from "./mixtureState.ts";

/**
 * The same market over other domains, in their order: what was learned stays with heads, gates and each domain's name;
 * a new domain begins without rows, and one that is not named is forgotten. Shares its parts with the state given.
 *
 * @throws GanglionError MIXTURE_BAD_DOMAINS unless there is at least one and no name comes twice
 */
export function withDomains(state: MixtureState, domains: readonly string[]): MixtureState {
  const { vocabulary } = state.parameters;
  const fresh = createMixtureState({ domains, parameters: state.parameters });
  const origins = domains.map((name) => state.domains.findIndex((known) => known.name === name));
  const moved = <T>(values: readonly T[], none: () => T): T[] =>
    origins.map((origin) => values[origin] ?? none());
  origins.forEach((origin, index) => {
    if (origin < 0) return;
    const counts = state.nullCounts.subarray(origin * vocabulary, (origin + 1) * vocabulary);
    fresh.nullCounts.set(counts, index * vocabulary);
  });
  return {
    ...fresh,
    domains: fresh.domains.map((domain, index) => state.domains[origins[index] ?? -1] ?? domain),
    step: state.step,
    miners: new Map(
      [...state.miners].map(([key, miner]) => [key, { ...miner, sums: moved(miner.sums, noSums) }]),
    ),
    pairs: new Map(
      [...state.pairs].map(([key, pair]) => [key, { ...pair, domains: moved(pair.domains, noPairSums) }]),
    ),
    departed: state.departed,
  };
}
