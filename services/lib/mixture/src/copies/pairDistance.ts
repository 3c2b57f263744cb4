import type { MinerKey, MixtureState } from "../state/mixtureState.ts";
import { pairKey } from "./observePairs.ts";

/**
 * JN of two miners in a domain: mean Jensen-Shannon divergence of their own predictions over the lesser of theirs
 * from the null player; 0 for copies, about 0.2 for two honest models of one text, 0.4 and more otherwise. Undefined
 * while both have too few common rows, or where one predicts nothing yet.
 */
export function pairDistance(
  state: MixtureState,
  domain: number,
  a: MinerKey,
  b: MinerKey,
): number | undefined {
  const { minRows, minInformationBits } = state.parameters.copies;
  const sums = state.pairs.get(pairKey(a, b))?.domains[domain];
  if (sums === undefined || sums.seen < minRows) return undefined;
  const information = Math.min(sums.informationFirst, sums.informationSecond);
  return information < minInformationBits * sums.rows ? undefined : sums.divergence / information;
}
