const TWO_52 = 4_503_599_627_370_496;

/**
 * A fraction of stake as a whole number of 2^-52. Sums of such numbers stay below 2^53, so they are exact and do
 * not depend on their order: medians by selection equal medians by sorting.
 */
export function stakeUnits(stake: number): number {
  return Math.floor(stake * TWO_52);
}
