import { InvariantError } from "@ganglion/types";
import type { EpochDomain, EpochInput } from "./epochTypes.ts";
import type { SparseRow } from "./sparseRow.ts";

/** Rows are padded so that the entries of one column do not all fall into the same cache sets. */
export const ROW_PADDING = 32;

/**
 * A dense u16 matrix: entry (voter v, miner j) at `data[v * stride + j]`. Voters are the few uids that have rows,
 * in uid order. PERF: rows are written in order; columns are then read in order, and 32 neighbours share each
 * cache line, so that even 1,024 voters' lines stay near.
 */
export type VoterRows = {
  readonly stride: number;
  readonly data: Uint16Array;
  /** Sum of each column's entries: 0 = nothing there. */
  readonly columnSums: Uint32Array;
};

/** One domain's weights, and what each voter's row sums to (1 if it is empty, to divide by). */
export type DomainRows = {
  readonly rows: VoterRows;
  readonly rowSums: Float64Array;
  /** 1 = the voter scored this domain. */
  readonly scored: Uint8Array;
};

/** Uids that have a row in this epoch: permit holders that scored anything, and holders of bonds. */
export function listVoters(input: EpochInput): number[] {
  const voters: number[] = [];
  for (let uid = 0; uid < input.n; uid++) {
    const votes = input.permits[uid] === 1 && input.domains.some((domain) => domain.rows[uid] !== undefined);
    if (votes || (input.bonds[uid]?.uids.length ?? 0) > 0) voters.push(uid);
  }
  return voters;
}

/**
 * Weights of permit holders. Masked: a voter's weight on itself, and on slots registered at or after the height
 * at which its weights were set.
 */
export function loadWeights(input: EpochInput, domain: EpochDomain, voters: readonly number[]): DomainRows {
  const rows = createRows(input.n, voters.length);
  const rowSums = new Float64Array(voters.length).fill(1);
  const scored = new Uint8Array(voters.length);
  const { registeredAt } = input;
  const newest = latest(registeredAt);
  voters.forEach((uid, voter) => {
    const row = input.permits[uid] === 1 ? domain.rows[uid] : undefined;
    if (row === undefined) return;
    scored[voter] = 1;
    const sum = loadRow(rows, row, voter, { uid, registeredAt, newest, setAt: input.weightsSetAt[uid] ?? 0 });
    if (sum > 0) rowSums[voter] = sum;
  });
  return { rows, rowSums, scored };
}

/** Stored bonds, without those in slots registered since the last epoch. */
export function loadBonds(input: EpochInput, voters: readonly number[]): VoterRows {
  const rows = createRows(input.n, voters.length);
  const { registeredAt, lastEpochHeight } = input;
  const newest = latest(registeredAt);
  voters.forEach((uid, voter) => {
    const row = input.bonds[uid];
    if (row !== undefined)
      loadRow(rows, row, voter, { uid: -1, registeredAt, newest, setAt: lastEpochHeight });
  });
  return rows;
}

function latest(heights: Float64Array): number {
  let newest = 0;
  for (const height of heights) newest = Math.max(newest, height);
  return newest;
}

function createRows(n: number, voters: number): VoterRows {
  const stride = n + ROW_PADDING;
  return { stride, data: new Uint16Array(voters * stride), columnSums: new Uint32Array(n) };
}

type Mask = {
  /** Left out of the row, or -1. */
  readonly uid: number;
  readonly registeredAt: Float64Array;
  /** The latest of `registeredAt`. */
  readonly newest: number;
  readonly setAt: number;
};

/** Copies one row into its place; returns the sum of what was not masked. */
function loadRow(rows: VoterRows, row: SparseRow, voter: number, mask: Mask): number {
  const { uids } = row;
  const first = uids[0] ?? 0;
  const last = uids[uids.length - 1] ?? 0;
  if (last >= rows.columnSums.length)
    throw new InvariantError(`a stored row names uid ${last}, which does not exist`);
  const whole = last - first === uids.length - 1 && mask.setAt > mask.newest;
  const sum = whole ? copyRun(rows, row.values, voter, first) : copyEntries(rows, row, voter, mask);
  return sum - (mask.uid >= 0 ? takeOut(rows, voter, mask.uid) : 0);
}

/** PERF: a row without gaps, none of it masked, is copied as one piece. */
function copyRun(rows: VoterRows, values: Uint16Array, voter: number, first: number): number {
  const { columnSums } = rows;
  rows.data.set(values, voter * rows.stride + first);
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    const value = values[k] ?? 0;
    columnSums[first + k] = (columnSums[first + k] ?? 0) + value;
    sum += value;
  }
  return sum;
}

function copyEntries(rows: VoterRows, { uids, values }: SparseRow, voter: number, mask: Mask): number {
  const { data, columnSums } = rows;
  const { registeredAt, setAt } = mask;
  const start = voter * rows.stride;
  let sum = 0;
  for (let k = 0; k < uids.length; k++) {
    const j = uids[k] ?? 0;
    const value = setAt > (registeredAt[j] ?? 0) ? (values[k] ?? 0) : 0;
    data[start + j] = value;
    columnSums[j] = (columnSums[j] ?? 0) + value;
    sum += value;
  }
  return sum;
}

function takeOut(rows: VoterRows, voter: number, uid: number): number {
  const at = voter * rows.stride + uid;
  const value = rows.data[at] ?? 0;
  rows.data[at] = 0;
  rows.columnSums[uid] = (rows.columnSums[uid] ?? 0) - value;
  return value;
}
