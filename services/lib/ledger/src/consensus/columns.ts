import { InvariantError } from "@ganglion/types";
import type { EpochDomain, EpochInput } from "./epochTypes.ts";
import type { SparseRow } from "./sparseRow.ts";

/** Columns are padded so that neighbours do not fall into the same cache sets. */
const PADDING = 40;

/**
 * A dense u16 matrix by columns: entry (voter v, miner j) at `data[j * stride + v]`. Voters are the few uids that
 * have rows, in uid order. PERF: u16 keeps 1,024 x 2,048 at 4 MiB; everything after it reads columns in order.
 */
export type Columns = { readonly stride: number; readonly data: Uint16Array; readonly used: Uint8Array };

/** One domain's weights: by columns, and what each voter's row sums to (1 if it is empty, to divide by). */
export type DomainColumns = {
  readonly columns: Columns;
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
export function loadWeights(
  input: EpochInput,
  domain: EpochDomain,
  voters: readonly number[],
): DomainColumns {
  const columns = createColumns(input.n, voters.length);
  const rowSums = new Float64Array(voters.length).fill(1);
  const scored = new Uint8Array(voters.length);
  voters.forEach((uid, voter) => {
    const row = input.permits[uid] === 1 ? domain.rows[uid] : undefined;
    if (row === undefined) return;
    scored[voter] = 1;
    const sum = loadRow(columns, row, voter, {
      uid,
      registeredAt: input.registeredAt,
      setAt: input.weightsSetAt[uid] ?? 0,
    });
    if (sum > 0) rowSums[voter] = sum;
  });
  return { columns, rowSums, scored };
}

/** Stored bonds, without those in slots registered since the last epoch. */
export function loadBonds(input: EpochInput, voters: readonly number[]): Columns {
  const columns = createColumns(input.n, voters.length);
  voters.forEach((uid, voter) => {
    const row = input.bonds[uid];
    if (row !== undefined)
      loadRow(columns, row, voter, {
        uid: -1,
        registeredAt: input.registeredAt,
        setAt: input.lastEpochHeight,
      });
  });
  return columns;
}

function createColumns(n: number, voters: number): Columns {
  const stride = voters + PADDING;
  return { stride, data: new Uint16Array(n * stride), used: new Uint8Array(n) };
}

/** Copies one row into its column places; returns the sum of what was not masked. */
function loadRow(
  columns: Columns,
  row: SparseRow,
  voter: number,
  mask: { readonly uid: number; readonly registeredAt: Float64Array; readonly setAt: number },
): number {
  const { data, used, stride } = columns;
  const { uids, values } = row;
  let sum = 0;
  for (let k = 0; k < uids.length; k++) {
    const j = uids[k] ?? 0;
    const value = values[k] ?? 0;
    if (j >= used.length) throw new InvariantError(`a stored row names uid ${j}, which does not exist`);
    if (value === 0 || j === mask.uid || mask.setAt <= (mask.registeredAt[j] ?? 0)) continue;
    data[j * stride + voter] = value;
    used[j] = 1;
    sum += value;
  }
  return sum;
}
