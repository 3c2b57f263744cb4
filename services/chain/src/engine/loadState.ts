import { type LedgerState, stateFromRows, stateRoot } from "@ganglion/ledger";
import { equalBytes } from "@ganglion/types";
import { type ChainStore, corrupt, type Head } from "../io/store.ts";

/** The present state of a store. @throws GanglionError CHAIN_STORE_CORRUPT */
export function loadState(store: ChainStore, head: Head): LedgerState {
  let state: LedgerState;
  try {
    state = stateFromRows(store.stateRows());
  } catch (cause) {
    throw corrupt("the state cannot be read", cause);
  }
  if (!equalBytes(stateRoot(state), head.stateRoot))
    throw corrupt(`the state is not that of block ${head.height}`);
  return state;
}
