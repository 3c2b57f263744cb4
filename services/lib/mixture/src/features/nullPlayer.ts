import { domainIndex } from "../state/lookup.ts";
import type { MixtureState } from "../state/mixtureState.ts";

/**
 * Counts a domain's bytes for the null player's unigrams: once for each training row's target.
 * @throws GanglionError MIXTURE_UNKNOWN_DOMAIN
 */
export function countTargets(state: MixtureState, domain: string, targets: Uint8Array): void {
  const start = domainIndex(state, domain) * state.parameters.vocabulary;
  for (const target of targets)
    state.nullCounts[start + target] = (state.nullCounts[start + target] ?? 0) + 1;
}

/**
 * The null player's prediction: a domain's unigram frequencies with one more of each byte, [vocabulary]; sums to 1.
 * By domain, or a miner that says nothing would be paid for having learned one domain's frequencies.
 *
 * @param domain undefined for user text: the frequencies of all
 * @throws GanglionError MIXTURE_UNKNOWN_DOMAIN
 */
export function nullProbabilities(state: MixtureState, domain: string | undefined): Float64Array {
  const { vocabulary } = state.parameters;
  const counted = domain === undefined ? state.domains.keys() : [domainIndex(state, domain)];
  const frequencies = new Float64Array(vocabulary).fill(1);
  for (const index of counted)
    for (let byte = 0; byte < vocabulary; byte++)
      frequencies[byte] = (frequencies[byte] ?? 0) + (state.nullCounts[index * vocabulary + byte] ?? 0);
  let total = 0;
  for (const count of frequencies) total += count;
  return frequencies.map((count) => count / total);
}
