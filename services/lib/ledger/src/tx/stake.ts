import { type Rejection, reject } from "../rejections.ts";
import { balanceOf, debitAccount } from "../state/accounts.ts";
import { findPool, findPoolOfHotkey, poolOfHotkey } from "../state/pools.ts";
import { addStake } from "../state/stake.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** Rules STAKE-1 to STAKE-3: anyone stakes with any hotkey that was ever registered. */
export const stake: TransactionRule<"stake"> = { lane: "transfers", paysFee: () => true, check, apply };

function check({ state, params }: CheckView, { tx, action, fee }: Priced<"stake">): Rejection | undefined {
  const { sender } = tx.body;
  if (findPool(state, sender) !== undefined) return reject("STAKE_BY_HOTKEY");
  if (findPoolOfHotkey(state, action.hotkey) === undefined) return reject("STAKE_UNKNOWN_HOTKEY");
  if (action.amount < params.minStakeSpikes) return reject("STAKE_TOO_SMALL");
  const balance = balanceOf(state, sender);
  return balance < action.amount + fee
    ? reject("TX_INSUFFICIENT_BALANCE", `it holds ${balance} spikes`)
    : undefined;
}

function apply({ state, emit }: Execution, { tx, action }: Priced<"stake">): void {
  const { hotkey, amount } = action;
  debitAccount(state, tx.body.sender, amount);
  addStake(state, poolOfHotkey(state, hotkey).index, tx.body.sender, amount);
  emit({ kind: "StakeAdded", hotkey, address: tx.body.sender, amount });
}
