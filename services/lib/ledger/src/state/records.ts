import { equalBytes, type RecordRow } from "@ganglion/types";
import { concatBytes } from "@noble/hashes/utils.js";
import type { LedgerState, StateLookup } from "./ledgerState.ts";
import { patchRow, pushRow, readRow, rowCount } from "./rows.ts";

type RecordKey = Pick<RecordRow, "kind" | "owner" | "name">;

/** Where the owner's record of that kind and name stands. */
export function findRecord(state: LedgerState, key: Readonly<RecordKey>): number | undefined {
  const count = rowCount(state, "records");
  const isAt = (index: number): boolean => index < count && isKeyOf(key, readRow(state, "records", index));
  return state.lookup.records.find(recordKey(key), isAt);
}

/** Records of one owner, also those that it withdrew. */
export function recordsOf(state: LedgerState, owner: Uint8Array): RecordRow[] {
  const count = rowCount(state, "records");
  return state.lookup.records
    .all(owner)
    .filter((index) => index < count)
    .sort((a, b) => a - b)
    .map((index) => readRow(state, "records", index))
    .filter((row) => equalBytes(row.owner, owner));
}

export function putRecord(state: LedgerState, row: RecordRow): void {
  const index = findRecord(state, row);
  if (index !== undefined) patchRow(state, "records", index, row);
  else indexRecord(state.lookup, row, pushRow(state, "records", row));
}

/** Lets the record be found by kind, owner and name, and by its owner. */
export function indexRecord(lookup: StateLookup, row: Readonly<RecordKey>, index: number): void {
  lookup.records.add(recordKey(row), index);
  lookup.records.add(row.owner, index);
}

function isKeyOf({ kind, owner, name }: Readonly<RecordKey>, row: Readonly<RecordRow>): boolean {
  return row.kind === kind && equalBytes(row.owner, owner) && equalBytes(row.name, name);
}

function recordKey({ kind, owner, name }: Readonly<RecordKey>): Uint8Array {
  return concatBytes(Uint8Array.of(kind), owner, name);
}
