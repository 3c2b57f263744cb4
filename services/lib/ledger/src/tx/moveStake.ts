import { equalBytes } from "@ganglion/types";
import { type Rejection, reject } from "../rejections.ts";
import { hasMovedInto, pushMove } from "../state/moves.ts";
import { findPoolOfHotkey, poolOfHotkey } from "../state/pools.ts";
import { addStake, removeStake } from "../state/stake.ts";
import { checkRemoval, removalOf } from "./removal.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** Epochs beyond the age of evidence during which moved stake is remembered. */
const MARGIN_EPOCHS = 2;

/** Rule STAKE-7: stake goes to another pool at once and counts there from the next epoch on. */
export const moveStake: TransactionRule<"moveStake"> = {
  lane: "transfers",
  paysFee: () => true,
  check,
  apply,
};

function check({ state, params }: CheckView, { tx, action }: Priced<"moveStake">): Rejection | undefined {
  const { from, to, amount } = action;
  if (equalBytes(from, to)) return reject("STAKE_SAME_HOTKEY");
  const source = findPoolOfHotkey(state, from);
  if (source === undefined || findPoolOfHotkey(state, to) === undefined)
    return reject("STAKE_UNKNOWN_HOTKEY");
  const rejection = checkRemoval(state, tx, { hotkey: from, amount }, params);
  if (rejection !== undefined) return rejection;
  if (hasMovedInto(state, source.index, tx.body.sender)) return reject("STAKE_MOVED_LATELY");
  return removalOf(state, tx, { hotkey: from, amount }).amount < params.minStakeSpikes
    ? reject("STAKE_TOO_SMALL")
    : undefined;
}

function apply(execution: Execution, { tx, action }: Priced<"moveStake">): void {
  const { state, params, height, timeMs, emit } = execution;
  const { from, to } = action;
  const address = tx.body.sender;
  const removal = removalOf(state, tx, { hotkey: from, amount: action.amount });
  const { position, amount, fromAdded, shares } = removal;
  removeStake(state, removal);
  const toPool = poolOfHotkey(state, to).index;
  addStake(state, toPool, address, amount);
  const backed = amount - fromAdded;
  const marginBlocks = MARGIN_EPOCHS * params.epochLengthBlocks;
  if (backed > 0n)
    pushMove(state, {
      fromPool: position.pool,
      toPool,
      address,
      amount: backed,
      height,
      expiresHeight: height + params.evidenceAgeBlocks + marginBlocks,
      expiresMs: timeMs + params.evidenceAgeMs + marginBlocks * params.blockTargetMs,
    });
  emit({ kind: "StakeMoved", pool: position.pool, from, to, address, amount, shares });
}
