import type { LedgerStateView } from "@ganglion/types";
import { Candidates } from "./candidates.ts";

/** Where rows of a key may be; derived from the tree and checked against it at each use. */
export type StateLookup = {
  /** By address. */
  readonly accounts: Candidates;
  /** By hotkey, and by the hotkey's address. */
  readonly neurons: Candidates;
  /** By hotkey, and by the hotkey's address. */
  readonly pools: Candidates;
  /** Pools by their owner's address. */
  readonly owners: Candidates;
  /** By pool, then address; and by address. */
  readonly positions: Candidates;
  /** By the pool that took the stake, then address. */
  readonly moves: Candidates;
  /** Keys that were ever bound. */
  readonly usedKeys: Candidates;
  /** By proposal, pool and address. */
  readonly votes: Candidates;
  /** By kind, owner and name; and by owner. */
  readonly records: Candidates;
};

/**
 * The ledger after some block: an SSZ tree and lookups derived from it. Treat as immutable; `applyBlock` returns
 * another that shares all rows it did not touch.
 */
export type LedgerState = { readonly view: LedgerStateView; readonly lookup: StateLookup };

/** A state to write on; the original stays as it is, but its caches move: for a draft that will replace it. */
export function draftOf(state: LedgerState): LedgerState {
  return { view: state.view.clone(), lookup: state.lookup };
}

/** A state to write on and drop; the original keeps its caches, and its lookup does not grow. */
export function scratchOf({ view, lookup }: LedgerState): LedgerState {
  return {
    view: view.clone(true),
    lookup: {
      accounts: new Candidates(lookup.accounts),
      neurons: new Candidates(lookup.neurons),
      pools: new Candidates(lookup.pools),
      owners: new Candidates(lookup.owners),
      positions: new Candidates(lookup.positions),
      moves: new Candidates(lookup.moves),
      usedKeys: new Candidates(lookup.usedKeys),
      votes: new Candidates(lookup.votes),
      records: new Candidates(lookup.records),
    },
  };
}

/** Hash-tree-root: the app hash. */
export function stateRoot(state: LedgerState): Uint8Array {
  return state.view.hashTreeRoot();
}
