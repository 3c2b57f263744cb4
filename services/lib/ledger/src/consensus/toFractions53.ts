import { InvariantError } from "@ganglion/types";

const TWO_53 = 9_007_199_254_740_992;

/**
 * Fractions as integers q = floor(x * 2^53): the only form in which the result of binary64 arithmetic reaches
 * money or state.
 *
 * @throws InvariantError if a fraction is negative or not finite
 */
export function toFractions53(fractions: Float64Array): bigint[] {
  return Array.from(fractions, (x) => {
    if (!(x >= 0 && x < Number.POSITIVE_INFINITY))
      throw new InvariantError(`a fraction of an epoch is ${x}: consensus arithmetic is broken`);
    return BigInt(Math.floor(x * TWO_53));
  });
}
