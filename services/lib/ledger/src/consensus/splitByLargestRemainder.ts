import { InvariantError } from "@ganglion/types";

/**
 * Splits `total` over `weights` so that the parts sum to `total` exactly: each gets the floor of its part, and
 * what is left goes one by one to the largest remainders, ties to the lower index.
 *
 * @returns parts by index; all zero if `total` is 0
 * @throws InvariantError if a weight or the total is negative, or there is something to split and nobody to get it
 */
export function splitByLargestRemainder(total: bigint, weights: readonly bigint[]): bigint[] {
  let sum = 0n;
  for (const weight of weights) {
    if (weight < 0n) throw new InvariantError("a split has a negative weight");
    sum += weight;
  }
  if (total < 0n) throw new InvariantError("a split has a negative total");
  if (total === 0n) return weights.map(() => 0n);
  if (sum === 0n) throw new InvariantError("a split has a total but no weight");
  const parts = weights.map((weight) => (total * weight) / sum);
  const remainders = weights.map((weight) => (total * weight) % sum);
  let left = total;
  for (const part of parts) left -= part;
  const order = remainders.map((_, index) => index);
  order.sort((a, b) => compareDescending(remainders[a] ?? 0n, remainders[b] ?? 0n) || a - b);
  for (const index of order) {
    if (left === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return parts;
}

function compareDescending(a: bigint, b: bigint): number {
  return a === b ? 0 : a > b ? -1 : 1;
}
