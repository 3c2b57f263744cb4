import { equalBytes } from "@ganglion/types";
import { type Rejection, reject } from "../rejections.ts";
import { balanceOf, debitAccount } from "../state/accounts.ts";
import { addStake, amountToShares, findPool, findPoolOfHotkey } from "../state/pools.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** Rule STAKE-1. */
export const stake: TransactionRule<"stake"> = { lane: "transfers", paysFee: () => true, check, apply };

function check({ state, params }: CheckView, { tx, action, fee }: Priced<"stake">): Rejection | undefined {
  const { sender } = tx.body;
  if (findPool(state, sender) !== undefined) return reject("STAKE_BY_HOTKEY");
  const pool = findPoolOfHotkey(state, action.hotkey);
  if (pool === undefined) return reject("STAKE_UNKNOWN_HOTKEY");
  if (!equalBytes(pool.owner, sender)) return reject("STAKE_NOT_OWNER");
  if (action.amount < params.minStakeSpikes || amountToShares(pool, action.amount) === 0n)
    return reject("STAKE_TOO_SMALL");
  const balance = balanceOf(state, sender);
  return balance < action.amount + fee
    ? reject("TX_INSUFFICIENT_BALANCE", `it holds ${balance} spikes`)
    : undefined;
}

function apply({ state, epoch, emit }: Execution, { tx, action }: Priced<"stake">): void {
  const { hotkey, amount } = action;
  debitAccount(state, tx.body.sender, amount);
  addStake(state, hotkey, tx.body.sender, { amount, epoch });
  emit({ kind: "StakeAdded", hotkey, address: tx.body.sender, amount });
}
