import { asHeight } from "@ganglion/types";
import { pushRow } from "../state/rows.ts";
import { removeStake } from "../state/stake.ts";
import { checkRemoval, removalOf } from "./removal.ts";
import type { Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** Rules STAKE-4 and STAKE-5. */
export const unstake: TransactionRule<"unstake"> = {
  lane: "transfers",
  paysFee: () => false,
  check: ({ state, params }, { tx, action }) => checkRemoval(state, tx, action, params),
  apply,
};

function apply(execution: Execution, { tx, action }: Priced<"unstake">): void {
  const { state, params, height, timeMs, emit } = execution;
  const removal = removalOf(state, tx, action);
  const { position, amount, fromAdded, shares } = removal;
  removeStake(state, removal);
  const releaseHeight = asHeight(height + params.unbondingBlocks);
  const releaseTimeMs = timeMs + params.unbondingMs;
  const { hotkey } = action;
  const address = tx.body.sender;
  const { pool } = position;
  const backed = amount - fromAdded;
  pushRow(state, "unbondings", {
    pool,
    address,
    amount,
    backed,
    startHeight: height,
    releaseHeight,
    releaseTimeMs,
  });
  emit({ kind: "StakeUnbonding", pool, hotkey, address, amount, shares, releaseHeight, releaseTimeMs });
}
