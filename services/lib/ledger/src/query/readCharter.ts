import type { LedgerState } from "../state/ledgerState.ts";
import { readStruct } from "../state/rows.ts";

/** The charter in force: UTF-8, empty before the first; `adoptedAt` is a height. */
export function readCharter(state: LedgerState): { readonly text: Uint8Array; readonly adoptedAt: number } {
  return readStruct(state, "charter");
}
