import { type AddressBytes, equalBytes, type MoveRow } from "@ganglion/types";
import { concatBytes } from "@noble/hashes/utils.js";
import type { LedgerState, StateLookup } from "./ledgerState.ts";
import { pushRow, readRow, readRows, removeRows, rowCount } from "./rows.ts";

/** Whether the address moved stake into the pool that evidence against its former pool may still reach. */
export function hasMovedInto(state: LedgerState, pool: number, address: Uint8Array): boolean {
  const count = rowCount(state, "moves");
  const isAt = (index: number): boolean => {
    if (index >= count) return false;
    const row = readRow(state, "moves", index);
    return row.toPool === pool && equalBytes(row.address, address);
  };
  return state.lookup.moves.find(moveKey(pool, address), isAt) !== undefined;
}

export function pushMove(state: LedgerState, row: MoveRow & { readonly address: AddressBytes }): void {
  indexMove(state.lookup, row, pushRow(state, "moves", row));
}

/** Drops moves that no evidence reaches any more: both their blocks and their time are over. */
export function dropExpiredMoves(state: LedgerState, height: number, timeMs: number): void {
  const gone = removeRows(state, "moves", (row) => height >= row.expiresHeight && timeMs >= row.expiresMs);
  if (gone.length === 0) return;
  readRows(state, "moves").forEach((row, index) => {
    indexMove(state.lookup, row, index);
  });
}

/** Lets the move be found by the pool that took the stake, and the address. */
export function indexMove(
  lookup: StateLookup,
  { toPool, address }: Pick<MoveRow, "toPool" | "address">,
  index: number,
): void {
  lookup.moves.add(moveKey(toPool, address), index);
}

function moveKey(pool: number, address: Uint8Array): Uint8Array {
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, pool);
  return concatBytes(head, address);
}
