import { type BondsLedger, type BondsRule, keepReals, toBondRows } from "./bondsRule.ts";
import type { EpochInput } from "./epochTypes.ts";
import { loadBonds, ROW_PADDING, type VoterRows } from "./voterRows.ts";

const U16_MAX = 65_535;

/**
 * Classic bonds (rule CONS-4): a validator's bond in a miner is its part of all stake-weighted weight on it,
 * averaged over epochs; a column's greatest is stored as 65535.
 */
export function createClassicBonds(
  input: EpochInput,
  voters: readonly number[],
  { stake, dividends, emaBonds }: BondsLedger,
): BondsRule {
  const before = loadBonds(input, voters);
  const stride = input.n + ROW_PADDING;
  const after = new Uint16Array(voters.length * stride);
  const keep = input.params.bondsMovingAveragePpm / 1_000_000;
  const column = new Float64Array(voters.length);
  return {
    holds: (miner) => (before.columnSums[miner] ?? 0) > 0,
    visit: ({ miner, bondWeights, staked, pay }) => {
      const held = before.columnSums[miner] ?? 0;
      const scale = { fresh: staked > 0 ? (1 - keep) / staked : 0, old: held > 0 ? keep / held : 0 };
      const { sum, max } = average(column, { before, miner, stake, bondWeights }, scale);
      if (sum === 0) return;
      if (emaBonds !== undefined) keepReals(emaBonds, voters, miner, { column, sum });
      const payPerBond = pay / sum;
      for (let v = 0, at = miner; v < column.length; v++, at += stride) {
        const bond = column[v] ?? 0;
        dividends[v] = (dividends[v] ?? 0) + bond * payPerBond;
        after[at] = Math.floor((bond / max) * U16_MAX);
      }
    },
    toRows: () => toBondRows(input, voters, after),
  };
}

/** The moving average of one column, of new and old bonds that are each column-normalised by their scale. */
function average(
  column: Float64Array,
  from: { before: VoterRows; miner: number; stake: Float64Array; bondWeights: Float64Array },
  scale: { readonly fresh: number; readonly old: number },
): { sum: number; max: number } {
  const { stake, bondWeights } = from;
  const { data, stride } = from.before;
  const { fresh, old } = scale;
  let sum = 0;
  let max = 0;
  for (let v = 0, at = from.miner; v < column.length; v++, at += stride) {
    const bond = (stake[v] ?? 0) * (bondWeights[v] ?? 0) * fresh + (data[at] ?? 0) * old;
    column[v] = bond;
    sum += bond;
    if (bond > max) max = bond;
  }
  return { sum, max };
}
