import type { MinerKey, MixtureState } from "../state/mixtureState.ts";
import { earnings } from "./earnings.ts";

const U16_MAX = 65_535;

export type WeightEntry = {
  readonly miner: MinerKey;
  /** 1 to 65,535. */
  readonly weight: number;
};

/**
 * A domain's sub-row, in proportion to earnings, the largest 65,535; empty when nobody earned. Shares below half of
 * 1 / 65,535 of the largest fall away.
 *
 * @throws GanglionError MIXTURE_UNKNOWN_DOMAIN
 */
export function weightRow(state: MixtureState, domain: string): readonly WeightEntry[] {
  const earned = earnings(state, domain);
  const largest = Math.max(...earned.values());
  return [...earned]
    .map(([miner, value]) => ({ miner, weight: Math.round((value / largest) * U16_MAX) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || (a.miner < b.miner ? -1 : 1));
}
