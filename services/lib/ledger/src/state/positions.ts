import { type AddressBytes, equalBytes, type PositionRow } from "@ganglion/types";
import type { LedgerState, StateLookup } from "./ledgerState.ts";
import { patchRow, pushRow, readRow, readStruct, rowCount, writeStruct } from "./rows.ts";

export type Position = Readonly<PositionRow> & { readonly index: number };

/** Rows that a new position looks at for one that nobody needs. */
const REUSE_STEPS = 2;

export function positionAt(state: LedgerState, index: number): Position {
  return { ...readRow(state, "positions", index), index };
}

export function findPosition(state: LedgerState, pool: number, address: Uint8Array): Position | undefined {
  const count = rowCount(state, "positions");
  const isAt = (row: number): boolean => {
    if (row >= count) return false;
    const position = readRow(state, "positions", row);
    return position.pool === pool && equalBytes(position.address, address);
  };
  const index = state.lookup.positions.find(positionKey(pool, address), isAt);
  return index === undefined ? undefined : positionAt(state, index);
}

/** An address's positions that hold something, in the order of their rows. */
export function positionsOf(state: LedgerState, address: Uint8Array): Position[] {
  const count = rowCount(state, "positions");
  return state.lookup.positions
    .all(address)
    .filter((row) => row < count)
    .sort((a, b) => a - b)
    .map((row) => positionAt(state, row))
    .filter((row) => equalBytes(row.address, address) && row.shares + row.addedAmount > 0n);
}

/** Lets the position be found by its pool and address, and by its address. */
export function indexPosition(
  lookup: StateLookup,
  { pool, address }: Pick<PositionRow, "pool" | "address">,
  index: number,
): void {
  lookup.positions.add(positionKey(pool, address), index);
  lookup.positions.add(address, index);
}

/** The address's position in a pool, made if there is none. */
export function ensurePosition(state: LedgerState, pool: number, address: AddressBytes): Position {
  const known = findPosition(state, pool, address);
  if (known !== undefined) return known;
  const { round } = readStruct(state, "governance");
  const row = { pool, address, shares: 0n, addedAmount: 0n, round, roundShares: 0n };
  const free = findFree(state, round);
  const index = free ?? pushRow(state, "positions", row);
  if (free !== undefined) patchRow(state, "positions", free, row);
  indexPosition(state.lookup, row, index);
  return { ...row, index };
}

/** The only way to change a position: keeps what it held when governance's round began (rule GOV). */
export function patchPosition(state: LedgerState, position: Position, change: Partial<PositionRow>): void {
  const { round } = readStruct(state, "governance");
  const checkpoint = position.round < round ? { round, roundShares: position.shares } : {};
  patchRow(state, "positions", position.index, { ...checkpoint, ...change });
}

/** Rule STATE-4: a few rows further than the last time, so that the list stays below twice what it ever held. */
function findFree(state: LedgerState, round: number): number | undefined {
  const count = rowCount(state, "positions");
  const start = readStruct(state, "cursors").position;
  for (let step = 0; step < Math.min(REUSE_STEPS, count); step++) {
    const index = (start + step) % count;
    const row = readRow(state, "positions", index);
    if (row.shares > 0n || row.addedAmount > 0n) continue;
    if (row.roundShares > 0n && row.round === round) continue;
    writeStruct(state, "cursors", { position: index + 1 });
    return index;
  }
  if (count > 0) writeStruct(state, "cursors", { position: (start + REUSE_STEPS) % count });
  return undefined;
}

/** pool u32 BE, address. */
function positionKey(pool: number, address: Uint8Array): Uint8Array {
  const key = new Uint8Array(4 + address.length);
  new DataView(key.buffer).setUint32(0, pool);
  key.set(address, 4);
  return key;
}
