import { type BondsLedger, type BondsRule, keepReals, toBondRows } from "./bondsRule.ts";
import type { EpochInput } from "./epochTypes.ts";
import { loadBonds, ROW_PADDING } from "./voterRows.ts";

const U16_MAX = 65_535;

/** How fast one bond follows its weight, 0..1, from the weight, the bond before and the miner's median. */
export type BondRate = (weight: number, bond: number, consensus: number) => number;

/**
 * Yuma3 bonds (rule CONS-5): each bond is a moving average of the weight itself, whatever the stake; a validator's
 * dividend is its stake times its parts of the bonds in what the miners earn. Stored as parts of 65535.
 *
 * @param rate undefined = every bond moves by 1 - `bondsMovingAveragePpm`
 */
export function createYuma3Bonds(
  input: EpochInput,
  voters: readonly number[],
  { stake, dividends, emaBonds }: BondsLedger,
  rate?: BondRate,
): BondsRule {
  const before = loadBonds(input, voters);
  const stride = input.n + ROW_PADDING;
  const after = new Uint16Array(voters.length * stride);
  const fixed = 1 - input.params.bondsMovingAveragePpm / 1_000_000;
  const column = new Float64Array(voters.length);
  return {
    holds: (miner) => (before.columnSums[miner] ?? 0) > 0,
    visit: ({ miner, bondWeights, consensus, pay }) => {
      let sum = 0;
      for (let v = 0, at = miner; v < column.length; v++, at += stride) {
        const weight = bondWeights[v] ?? 0;
        const old = before.data[at] ?? 0;
        const alpha = rate === undefined ? fixed : rate(weight, old / U16_MAX, consensus);
        const wanted = weight * U16_MAX;
        const bond = (1 - alpha) * old + alpha * wanted;
        column[v] = bond;
        sum += bond;
        after[at] = towards(wanted, bond);
      }
      if (sum === 0) return;
      if (emaBonds !== undefined) keepReals(emaBonds, voters, miner, { column, sum });
      const payPerBond = pay / sum;
      for (let v = 0; v < column.length; v++)
        dividends[v] = (dividends[v] ?? 0) + (stake[v] ?? 0) * (column[v] ?? 0) * payPerBond;
    },
    toRows: () => toBondRows(input, voters, after),
  };
}

/**
 * Rounds a bond towards its weight rounded down. Always down, a small bond would stop up to 1 / alpha units short of
 * its weight from below and not from above, for good: a past weight would pay for ever.
 *
 * PERF: half of all bonds rise, so a branch would be mispredicted half the time.
 */
function towards(weight: number, bond: number): number {
  return Math.max(Math.floor(bond), Math.min(-Math.floor(-bond), Math.floor(weight)));
}
