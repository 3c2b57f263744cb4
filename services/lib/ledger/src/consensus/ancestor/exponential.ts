import { InvariantError } from "@ganglion/types";

/** ln 2 in two parts; the first has 21 trailing zero bits, so that its product with a small whole number is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** The Taylor series of e^r for |r| <= ln(2) / 2 is exact to binary64 from here on. */
const TERMS = 14;
const LARGEST = 700;

/**
 * e^x of + - x / alone: the same bits on every machine, within 1e-12 of the true value relative to it. Not for the
 * consensus path, which needs no exponential; for the ancestor's rules in `simulateEpoch` and the vectors.
 *
 * @param x from -700 to 700
 * @throws InvariantError beyond, or if it is not a number
 */
export function exponential(x: number): number {
  if (!(Math.abs(x) <= LARGEST)) throw new InvariantError(`e^${x} is outside of what the ledger computes`);
  const twos = Math.floor(x / (LN2_HIGH + LN2_LOW) + 0.5);
  const rest = x - twos * LN2_HIGH - twos * LN2_LOW;
  let sum = 1;
  for (let term = TERMS; term > 0; term--) sum = 1 + (sum * rest) / term;
  const factor = twos < 0 ? 0.5 : 2;
  for (let k = Math.abs(twos); k > 0; k--) sum *= factor;
  return sum;
}

/** 1 / (1 + e^-x); beyond +-700 it is 0 or 1 in binary64 anyway. */
export function logistic(x: number): number {
  return 1 / (1 + exponential(Math.max(-LARGEST, Math.min(LARGEST, -x))));
}
