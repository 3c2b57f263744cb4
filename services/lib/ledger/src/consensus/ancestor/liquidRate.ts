import type { BondRate } from "../yuma3Bonds.ts";
import { logistic } from "./exponential.ts";

/** Liquid alpha's bounds of a bond's rate, 0..1 and low <= high, and the slope between them. */
export type LiquidAlpha = {
  readonly low: number;
  readonly high: number;
  /** Of the logistic curve over the distance; 10 is the ancestor's default. */
  readonly steepness: number;
};

/**
 * Liquid alpha: a bond moves the faster the further the weight stands above the miner's median, or, if it falls, the
 * further it falls. For `simulateEpoch` and the vectors: the ledger has one rate.
 */
export function liquidRate({ low, high, steepness }: LiquidAlpha): BondRate {
  return (weight, bond, consensus) => {
    const distance = weight >= bond ? weight - consensus : bond - weight;
    const share = logistic(steepness * (Math.max(0, Math.min(1, distance)) - 0.5));
    return Math.max(low, Math.min(high, low + share * (high - low)));
  };
}
