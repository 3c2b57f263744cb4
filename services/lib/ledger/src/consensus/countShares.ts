/** A domain counts in full from this part of active stake on. */
const FULL_COVERAGE = 2 / 3;

/**
 * The share of each domain that counts (rule DOMAIN): in full if at least 2/3 of active stake scored it, below
 * that in proportion. What a domain does not count is spread over the others by the share that they count, so
 * that the sum stays 1; a domain that alone was scored keeps all.
 *
 * @param shares governed shares; any unit
 * @param coverage part of active stake that scored each domain, 0..1
 * @returns shares that sum to 1, or all 0 if nothing was scored
 */
export function countShares(shares: readonly number[], coverage: Float64Array): Float64Array {
  const total = sumOf(shares);
  const full = shares.map((share) => (total > 0 ? share / total : 0));
  const counted = full.map((share, d) => share * Math.min(1, (coverage[d] ?? 0) / FULL_COVERAGE));
  const sum = sumOf(counted);
  const result = new Float64Array(counted);
  full.forEach((share, d) => {
    const own = counted[d] ?? 0;
    const missing = share - own;
    const others = sum - own;
    if (missing <= 0) return;
    if (others <= 0) {
      if (own > 0) result[d] = (result[d] ?? 0) + missing;
      return;
    }
    for (let k = 0; k < counted.length; k++)
      if (k !== d) result[k] = (result[k] ?? 0) + (missing * (counted[k] ?? 0)) / others;
  });
  return result;
}

function sumOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
