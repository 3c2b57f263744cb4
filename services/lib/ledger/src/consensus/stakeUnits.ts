import { InvariantError } from "@ganglion/types";

const TWO_36 = 68_719_476_736;
const U16_MAX = 65_535;

/**
 * A fraction of stake as a whole number: floor(stake * 2^36) * 65535. Sums of such numbers stay below 2^53, so
 * they are exact and do not depend on their order, and the majority kappa / 65535 of them is whole too: medians
 * by selection equal medians by sorting, on every machine.
 */
export function stakeUnits(stake: number): number {
  return Math.floor(stake * TWO_36) * U16_MAX;
}

/** Units that make the majority `kappaU16` / 65535 of `units`. */
export function majorityUnits(units: Float64Array, kappaU16: number): number {
  let total = 0;
  for (const unit of units) total += unit / U16_MAX;
  const needed = total * kappaU16;
  if (!(needed <= Number.MAX_SAFE_INTEGER)) throw new InvariantError("stake does not sum to 1");
  return needed;
}
