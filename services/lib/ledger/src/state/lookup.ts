import type { LedgerStateView } from "@ganglion/types";
import { Candidates } from "./candidates.ts";
import type { LedgerState, StateLookup } from "./ledgerState.ts";
import { indexNeuron } from "./neurons.ts";
import { indexPool, indexPosition } from "./pools.ts";
import { readRows } from "./rows.ts";

/** A state of a tree alone: reads all rows once. */
export function withLookup(view: LedgerStateView): LedgerState {
  const lookup: StateLookup = {
    accounts: new Candidates(),
    neurons: new Candidates(),
    pools: new Candidates(),
    owners: new Candidates(),
    positions: new Candidates(),
  };
  const state = { view, lookup };
  readRows(state, "accounts").forEach((row, index) => {
    lookup.accounts.add(row.address, index);
  });
  readRows(state, "neurons").forEach((row, uid) => {
    indexNeuron(lookup, row.hotkey, uid);
  });
  readRows(state, "pools").forEach((row, index) => {
    indexPool(lookup, row, index);
  });
  readRows(state, "positions").forEach((row, index) => {
    indexPosition(lookup, row, index);
  });
  return state;
}
