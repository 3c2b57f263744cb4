import { equalBytes, type Hotkey } from "@ganglion/types";
import { type Rejection, reject } from "../rejections.ts";
import { balanceOf, debitAccount } from "../state/accounts.ts";
import { hasConsensusKey, isUsedKey, pushUsedKey } from "../state/consensusKeys.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { findPool, type Pool, patchPool } from "../state/pools.ts";
import { readRows } from "../state/rows.ts";
import { recycle } from "../state/supply.ts";
import { senderPool } from "./senderPool.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** Keys of one pool that evidence may name at once. */
const KEYS_PER_POOL = 4;

/** Rule POWER-1: binds a consensus key to the sender's pool; over a bound one it rotates. */
export const bindKey: TransactionRule<"bindKey"> = { lane: "consensus", paysFee: () => true, check, apply };

function check({ state, params }: CheckView, { tx, action, fee }: Priced<"bindKey">): Rejection | undefined {
  const pool = findPool(state, tx.body.sender);
  if (pool === undefined) return reject("STAKE_UNKNOWN_HOTKEY");
  if (pool.tombstoned) return reject("KEY_TOMBSTONED");
  if (isUsedKey(state, action.consensusKey)) return reject("KEY_USED");
  if (earlierKeys(state, pool) >= KEYS_PER_POOL - 1) return reject("KEY_TOO_MANY");
  const price = params.minBalanceSpikes;
  return balanceOf(state, tx.body.sender) < price + fee
    ? reject("TX_INSUFFICIENT_BALANCE", `binding recycles ${price} spikes`)
    : undefined;
}

/** Keys that the pool left and that evidence can still name. */
function earlierKeys(state: LedgerState, pool: Pool): number {
  return readRows(state, "consensusKeys").filter(
    (row) => row.pool === pool.index && !equalBytes(row.consensusKey, pool.consensusKey),
  ).length;
}

function apply({ state, params, height, emit }: Execution, { tx, action }: Priced<"bindKey">): void {
  const pool = senderPool(state, tx);
  const { consensusKey } = action;
  debitAccount(state, tx.body.sender, params.minBalanceSpikes);
  recycle(state, params.minBalanceSpikes);
  pushUsedKey(state, consensusKey);
  patchPool(state, pool, { consensusKey, boundAt: height });
  emit({
    kind: "KeyBound",
    hotkey: pool.hotkey as Hotkey,
    consensusKey,
    ...(hasConsensusKey(pool) && { former: pool.consensusKey }),
  });
}
