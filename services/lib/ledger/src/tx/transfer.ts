import { equalBytes } from "@ganglion/types";
import { type Rejection, reject } from "../rejections.ts";
import { balanceOf, creditAccount, debitAccount } from "../state/accounts.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** Rule TRANSFER. */
export const transfer: TransactionRule<"transfer"> = {
  lane: "transfers",
  paysFee: () => true,
  check,
  apply,
};

function check({ state, params }: CheckView, { tx, action, fee }: Priced<"transfer">): Rejection | undefined {
  if (action.amount === 0n) return reject("TRANSFER_ZERO");
  const balance = balanceOf(state, tx.body.sender);
  if (balance < action.amount + fee) return reject("TX_INSUFFICIENT_BALANCE", `it holds ${balance} spikes`);
  const before = equalBytes(action.to, tx.body.sender)
    ? balance - action.amount - fee
    : balanceOf(state, action.to);
  if (before + action.amount < params.minBalanceSpikes) return reject("TRANSFER_BELOW_MINIMUM");
  return undefined;
}

function apply({ state, emit }: Execution, { tx, action }: Priced<"transfer">): void {
  debitAccount(state, tx.body.sender, action.amount);
  creditAccount(state, action.to, action.amount);
  emit({ kind: "Transferred", from: tx.body.sender, to: action.to, amount: action.amount });
}
