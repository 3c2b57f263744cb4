const FRACTION_BITS = 18n;
const U64_MAX = (1n << 64n) - 1n;

/** One price of registration (difficulty or burn) and what was asked at it during an interval. */
export type Demand = {
  readonly current: bigint;
  readonly registrations: number;
  readonly target: number;
  readonly min: bigint;
  readonly max: bigint;
  /** Inertia, /(2^64 - 1): 0 (ours) follows at once, 2^64 - 1 never moves. */
  readonly adjustmentAlpha?: bigint;
};

/**
 * The next price: alpha x + (1 - alpha) x (registrations + target) / (2 target), in fixed point with 18
 * fractional bits, each step floored, then clamped to [min, max] (rule REG).
 */
export function adjustDemand(demand: Demand): bigint {
  const { current, registrations, target, min, max, adjustmentAlpha = 0n } = demand;
  const one = 1n << FRACTION_BITS;
  const alpha = (adjustmentAlpha * one) / U64_MAX;
  const wanted = (current * one * BigInt(registrations + target)) / BigInt(2 * target);
  const next = (alpha * current * one + (one - alpha) * wanted) / one / one;
  return next < min ? min : next > max ? max : next;
}
