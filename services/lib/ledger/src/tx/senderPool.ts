import { type DecodedTransaction, InvariantError } from "@ganglion/types";
import type { LedgerState } from "../state/ledgerState.ts";
import { findPool, type Pool } from "../state/pools.ts";

/** The pool of the hotkey that sent a transaction. @throws InvariantError: the check found it */
export function senderPool(state: LedgerState, tx: DecodedTransaction): Pool {
  const pool = findPool(state, tx.body.sender);
  if (pool === undefined) throw new InvariantError("a checked transaction's pool is gone");
  return pool;
}
