import type { EpochInput } from "./epochTypes.ts";
import { EMPTY_ROW, type SparseRow } from "./sparseRow.ts";
import { loadBonds, ROW_PADDING, type VoterRows } from "./voterRows.ts";

const U16_MAX = 65_535;

/**
 * Classic bonds: a validator's bond in a miner is its part of all stake-weighted weight on it, averaged over
 * epochs. Columns are visited once, in uid order; `toRows` ends the epoch. Another variant (Yuma3) is another
 * module with these three members.
 */
export type BondsRule = {
  /** True if the column needs a visit even if nobody weighted it now. */
  readonly holds: (miner: number) => boolean;
  /**
   * Updates one column and adds each voter's dividend for it.
   *
   * @param bondWeights by voter: between the plain and the clipped weight, as the bonds penalty says
   * @param staked the sum of stake x bond weight
   */
  readonly visit: (miner: number, bondWeights: Float64Array, staked: number, pay: number) => void;
  readonly toRows: () => SparseRow[];
};

export function createClassicBonds(
  input: EpochInput,
  voters: readonly number[],
  byVoter: { stake: Float64Array; dividends: Float64Array; emaBonds: Float64Array[] | undefined },
): BondsRule {
  const { stake, dividends, emaBonds } = byVoter;
  const before = loadBonds(input, voters);
  const stride = input.n + ROW_PADDING;
  const after = new Uint16Array(voters.length * stride);
  const keep = input.params.bondsMovingAveragePpm / 1_000_000;
  const column = new Float64Array(voters.length);
  return {
    holds: (miner) => (before.columnSums[miner] ?? 0) > 0,
    visit: (miner, bondWeights, staked, pay) => {
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
    toRows: () => toRows(input, voters, after),
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

function keepReals(
  emaBonds: readonly Float64Array[],
  voters: readonly number[],
  miner: number,
  of: { readonly column: Float64Array; readonly sum: number },
): void {
  voters.forEach((uid, v) => {
    const row = emaBonds[uid];
    if (row !== undefined) row[miner] = (of.column[v] ?? 0) / of.sum;
  });
}

/** Only who holds a permit in the next epoch keeps its row. */
function toRows(input: EpochInput, voters: readonly number[], after: Uint16Array): SparseRow[] {
  const rows: SparseRow[] = new Array<SparseRow>(input.n).fill(EMPTY_ROW);
  const stride = input.n + ROW_PADDING;
  const scratch = { uids: new Uint16Array(input.n), values: new Uint16Array(input.n) };
  voters.forEach((uid, v) => {
    if (input.nextPermits[uid] !== 1) return;
    const count = fillSparse(scratch, after, v * stride);
    rows[uid] = { uids: scratch.uids.slice(0, count), values: scratch.values.slice(0, count) };
  });
  return rows;
}

function fillSparse(scratch: SparseRow, dense: Uint16Array, start: number): number {
  const { uids, values } = scratch;
  let count = 0;
  for (let j = 0; j < uids.length; j++) {
    const value = dense[start + j] ?? 0;
    uids[count] = j;
    values[count] = value;
    if (value > 0) count++;
  }
  return count;
}
