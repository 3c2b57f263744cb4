import { type AddressBytes, equalBytes, RECORD_KINDS, type RecordKind } from "@ganglion/types";
import type { LedgerState } from "../state/ledgerState.ts";
import { recordsOf } from "../state/records.ts";
import { readRows } from "../state/rows.ts";

export type RecordView = {
  readonly kind: RecordKind;
  readonly owner: AddressBytes;
  readonly name: string;
  readonly digest: Uint8Array;
  /** Empty: withdrawn. */
  readonly uri: string;
  /** Height of the last change. */
  readonly updatedAt: number;
};

export type RecordQuery = { readonly owner?: Uint8Array; readonly kind?: RecordKind };

/** Records of an owner or of all, in the order in which they were first published. */
export function listRecords(state: LedgerState, { owner, kind }: RecordQuery): RecordView[] {
  const rows = owner === undefined ? readRows(state, "records") : recordsOf(state, owner);
  return rows.flatMap((row) => {
    const recordKind = RECORD_KINDS[row.kind - 1];
    if (recordKind === undefined || (kind !== undefined && kind !== recordKind)) return [];
    if (owner !== undefined && !equalBytes(row.owner, owner)) return [];
    return {
      kind: recordKind,
      owner: row.owner as AddressBytes,
      name: String.fromCharCode(...row.name),
      digest: row.digest,
      uri: String.fromCharCode(...row.uri),
      updatedAt: row.updatedAt,
    };
  });
}
