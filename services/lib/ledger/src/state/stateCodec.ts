import { GanglionError, ledgerStateType } from "@ganglion/types";
import type { LedgerState } from "./ledgerState.ts";
import { withLookup } from "./lookup.ts";

/** SSZ of the whole state: a snapshot. */
export function encodeState(state: LedgerState): Uint8Array {
  return state.view.serialize();
}

/** @throws GanglionError LEDGER_BAD_STATE when the bytes are no state */
export function decodeState(bytes: Uint8Array): LedgerState {
  try {
    return withLookup(ledgerStateType.deserializeToViewDU(bytes));
  } catch (cause) {
    throw new GanglionError(
      "LEDGER_BAD_STATE",
      "these bytes are not a ledger state; restore a snapshot or replay the blocks",
      {},
      { cause },
    );
  }
}
