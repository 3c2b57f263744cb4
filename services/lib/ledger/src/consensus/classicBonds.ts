import { type Columns, loadBonds } from "./columns.ts";
import type { EpochInput } from "./epochTypes.ts";
import { EMPTY_ROW, type SparseRow } from "./sparseRow.ts";

const U16_MAX = 65_535;
const PADDING = 32;

/**
 * Classic bonds: a validator's bond in a miner is its part of all stake-weighted weight on it, averaged over
 * epochs. Columns are visited once, in uid order; `toRows` ends the epoch. Another variant (Yuma3) is another
 * module with these three members.
 */
export type BondsRule = {
  /** True if the column needs a visit even if nobody weighted it now. */
  readonly holds: (miner: number) => boolean;
  /** Updates one column from weights before and after clipping, and adds each voter's dividend for it. */
  readonly visit: (miner: number, weight: Float64Array, clipped: Float64Array, pay: number) => void;
  readonly toRows: () => SparseRow[];
};

export function createClassicBonds(
  input: EpochInput,
  voters: readonly number[],
  byVoter: { stake: Float64Array; dividends: Float64Array; emaBonds: Float64Array[] | undefined },
): BondsRule {
  const { stake, dividends, emaBonds } = byVoter;
  const before = loadBonds(input, voters);
  const after = new Uint16Array(voters.length * (input.n + PADDING));
  const penalty = input.params.bondsPenaltyU16 / U16_MAX;
  const alpha = 1 - input.params.bondsMovingAveragePpm / 1_000_000;
  const fresh = new Float64Array(voters.length);
  return {
    holds: (miner) => before.used[miner] === 1,
    visit: (miner, weight, clipped, pay) => {
      let sum = 0;
      for (let v = 0; v < fresh.length; v++) {
        const plain = weight[v] ?? 0;
        const bond = (stake[v] ?? 0) * (plain + penalty * ((clipped[v] ?? 0) - plain));
        fresh[v] = bond;
        sum += bond;
      }
      const top = average(before, miner, fresh, sum > 0 ? alpha / sum : 0, 1 - alpha);
      if (top.sum === 0) return;
      for (let v = 0; v < fresh.length; v++) {
        const bond = fresh[v] ?? 0;
        if (bond === 0) continue;
        dividends[v] = (dividends[v] ?? 0) + (bond / top.sum) * pay;
        if (emaBonds !== undefined) setBond(emaBonds[voters[v] ?? 0], miner, bond / top.sum);
        after[v * (input.n + PADDING) + miner] = Math.floor((bond / top.max) * U16_MAX);
      }
    },
    toRows: () => toRows(input, voters, after),
  };
}

function setBond(row: Float64Array | undefined, miner: number, bond: number): void {
  if (row !== undefined) row[miner] = bond;
}

/** fresh := fresh x freshScale + old bonds, column-normalised, x keep. Returns the column's sum and maximum. */
function average(
  before: Columns,
  miner: number,
  fresh: Float64Array,
  freshScale: number,
  keep: number,
): { sum: number; max: number } {
  const start = miner * before.stride;
  let held = 0;
  for (let v = 0; v < fresh.length; v++) held += before.data[start + v] ?? 0;
  const oldScale = held > 0 ? keep / held : 0;
  let sum = 0;
  let max = 0;
  for (let v = 0; v < fresh.length; v++) {
    const bond = (fresh[v] ?? 0) * freshScale + (before.data[start + v] ?? 0) * oldScale;
    fresh[v] = bond;
    sum += bond;
    max = Math.max(max, bond);
  }
  return { sum, max };
}

/** Only who holds a permit in the next epoch keeps its row. */
function toRows(input: EpochInput, voters: readonly number[], after: Uint16Array): SparseRow[] {
  const rows: SparseRow[] = new Array<SparseRow>(input.n).fill(EMPTY_ROW);
  const stride = input.n + PADDING;
  voters.forEach((uid, v) => {
    if (input.nextPermits[uid] === 1) rows[uid] = toSparse(after.subarray(v * stride, v * stride + input.n));
  });
  return rows;
}

function toSparse(dense: Uint16Array): SparseRow {
  let count = 0;
  for (let j = 0; j < dense.length; j++) if ((dense[j] ?? 0) > 0) count++;
  const row = { uids: new Uint16Array(count), values: new Uint16Array(count) };
  let k = 0;
  for (let j = 0; j < dense.length; j++) {
    const value = dense[j] ?? 0;
    if (value === 0) continue;
    row.uids[k] = j;
    row.values[k] = value;
    k++;
  }
  return row;
}
