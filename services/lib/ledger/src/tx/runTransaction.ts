import { asSpikes, transactionHash } from "@ganglion/types";
import type { Receipt, TransactionContext } from "../ledgerTypes.ts";
import { ensureAccount } from "../state/accounts.ts";
import { patchRow } from "../state/rows.ts";
import { recycle } from "../state/supply.ts";
import { checkPriced, priceTransaction } from "./checkTransaction.ts";
import { ruleOf } from "./table.ts";
import type { Execution } from "./transactionRule.ts";

/** Checks a transaction and, if nothing speaks against it, applies it: fee, nonce, action (rules TX and FEE). */
export function runTransaction(
  execution: Execution,
  bytes: Uint8Array,
  index: number,
  context: TransactionContext,
): Receipt {
  const priced = priceTransaction(bytes, execution.params);
  if ("code" in priced)
    return { transactionHash: transactionHash(bytes), index, ...priced, fee: asSpikes(0n) };
  const { tx, fee } = priced;
  const rejection = checkPriced(execution, priced, context);
  if (rejection !== undefined) return { transactionHash: tx.hash, index, ...rejection, fee: asSpikes(0n) };
  const { state } = execution;
  const { index: row, balance, nonce } = ensureAccount(state, tx.body.sender);
  patchRow(state, "accounts", row, { balance: balance - fee, nonce: nonce + 1 });
  if (fee > 0n) recycle(state, fee);
  ruleOf(tx.body.action).apply(execution, priced);
  return { transactionHash: tx.hash, index, code: "OK", message: "", fee };
}
