import type { EpochInput } from "./epochTypes.ts";
import { EMPTY_ROW, type SparseRow } from "./sparseRow.ts";
import { ROW_PADDING } from "./voterRows.ts";

/** One miner's column, as consensus leaves it. Lists are by voter. */
type BondColumn = {
  readonly miner: number;
  /** Between the plain and the clipped weight, as the bonds penalty says, summed over domains. */
  readonly bondWeights: Float64Array;
  /** The sum of stake x bond weight. */
  readonly staked: number;
  /** The miner's median, summed over domains. */
  readonly consensus: number;
  /** What the miner is paid by. */
  readonly pay: number;
};

/** How bonds follow weights, and dividends bonds: columns are visited once, in uid order; `toRows` ends the epoch. */
export type BondsRule = {
  /** True if the column needs a visit even if nobody weighted it now. */
  readonly holds: (miner: number) => boolean;
  /** Updates one column and adds each voter's dividend for it. */
  readonly visit: (column: BondColumn) => void;
  readonly toRows: () => SparseRow[];
};

/** What a rule reads and writes by voter, in the order of `voters`. */
export type BondsLedger = {
  /** Active stake, summing to 1 (or all 0). */
  readonly stake: Float64Array;
  readonly dividends: Float64Array;
  /** Where column-normalised bonds are kept before rounding, by uid, if anybody asked. */
  readonly emaBonds: Float64Array[] | undefined;
};

export type CreateBonds = (input: EpochInput, voters: readonly number[], ledger: BondsLedger) => BondsRule;

export function keepReals(
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

/**
 * Bonds to store: only who holds a permit in the next epoch keeps its row.
 *
 * @param after by voter, rows of `n + ROW_PADDING`
 */
export function toBondRows(input: EpochInput, voters: readonly number[], after: Uint16Array): SparseRow[] {
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
