import type { LedgerStateView } from "@ganglion/types";
import { Candidates } from "./candidates.ts";
import type { LedgerState, StateLookup } from "./ledgerState.ts";
import { indexMove } from "./moves.ts";
import { indexNeuron } from "./neurons.ts";
import { indexPool } from "./pools.ts";
import { indexPosition } from "./positions.ts";
import { indexVote } from "./proposals.ts";
import { indexRecord } from "./records.ts";
import { readRows } from "./rows.ts";

/** A state of a tree alone: reads all rows once. */
export function withLookup(view: LedgerStateView): LedgerState {
  const lookup: StateLookup = {
    accounts: new Candidates(),
    neurons: new Candidates(),
    pools: new Candidates(),
    owners: new Candidates(),
    positions: new Candidates(),
    moves: new Candidates(),
    usedKeys: new Candidates(),
    votes: new Candidates(),
    records: new Candidates(),
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
  readRows(state, "moves").forEach((row, index) => {
    indexMove(lookup, row, index);
  });
  readRows(state, "usedKeys").forEach((row, index) => {
    lookup.usedKeys.add(row.consensusKey, index);
  });
  readRows(state, "votes").forEach((row, index) => {
    indexVote(lookup, row, index);
  });
  readRows(state, "records").forEach((row, index) => {
    indexRecord(lookup, row, index);
  });
  return state;
}
