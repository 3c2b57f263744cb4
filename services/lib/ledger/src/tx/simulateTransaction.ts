import type { LedgerEvent } from "@ganglion/types";
import type { Receipt, TransactionContext } from "../ledgerTypes.ts";
import { epochOf } from "../state/epochs.ts";
import { type LedgerState, scratchOf } from "../state/ledgerState.ts";
import { readParams } from "../state/params.ts";
import { readStruct } from "../state/rows.ts";
import { runTransaction } from "./runTransaction.ts";

/** What the next block would make of a transaction as its first; the state stays as it is. */
export function simulateTransaction(
  state: LedgerState,
  bytes: Uint8Array,
  context: TransactionContext,
): { readonly receipt: Receipt; readonly events: readonly LedgerEvent[] } {
  const params = readParams(state);
  const clock = readStruct(state, "clock");
  const height = clock.height + 1;
  const events: LedgerEvent[] = [];
  const execution = {
    state: scratchOf(state),
    params,
    height,
    timeMs: clock.timeMs + params.blockTargetMs,
    epoch: epochOf(height, params),
    emit: (event: LedgerEvent) => {
      events.push(event);
    },
  };
  return { receipt: runTransaction(execution, bytes, 0, context), events };
}
