import type { Hotkey } from "@ganglion/types";
import { type Rejection, reject } from "../rejections.ts";
import { hasConsensusKey, NO_CONSENSUS_KEY } from "../state/consensusKeys.ts";
import { findPool, patchPool } from "../state/pools.ts";
import { senderPool } from "./senderPool.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** Rule POWER-2: the key leaves the set at the next boundaries. */
export const unbindKey: TransactionRule<"unbindKey"> = {
  lane: "consensus",
  paysFee: () => true,
  check,
  apply,
};

function check({ state }: CheckView, { tx }: Priced<"unbindKey">): Rejection | undefined {
  const pool = findPool(state, tx.body.sender);
  if (pool === undefined) return reject("STAKE_UNKNOWN_HOTKEY");
  return hasConsensusKey(pool) ? undefined : reject("KEY_NONE");
}

function apply({ state, emit }: Execution, { tx }: Priced<"unbindKey">): void {
  const pool = senderPool(state, tx);
  patchPool(state, pool, { consensusKey: NO_CONSENSUS_KEY });
  emit({ kind: "KeyUnbound", hotkey: pool.hotkey as Hotkey, consensusKey: pool.consensusKey });
}
