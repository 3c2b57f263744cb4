import { equalBytes } from "@ganglion/types";
import { type Rejection, reject } from "../rejections.ts";
import { findPoolOfHotkey, patchPool, poolOfHotkey } from "../state/pools.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** Rule STAKE-8. */
export const setTake: TransactionRule<"setTake"> = { lane: "transfers", paysFee: () => true, check, apply };

function check(
  { state, params, height }: CheckView,
  { tx, action }: Priced<"setTake">,
): Rejection | undefined {
  const pool = findPoolOfHotkey(state, action.hotkey);
  if (pool === undefined) return reject("STAKE_UNKNOWN_HOTKEY");
  if (!equalBytes(pool.owner, tx.body.sender)) return reject("STAKE_NOT_OWNER");
  if (action.takePpm > params.takeMaxPpm) return reject("TAKE_TOO_HIGH", `at most ${params.takeMaxPpm}`);
  const nextRaise = pool.takeRaisedAt === 0 ? 0 : pool.takeRaisedAt + params.takeRaiseBlocks;
  return action.takePpm > pool.takePpm && height < nextRaise
    ? reject("TAKE_RAISED_LATELY", `the next raise is possible at ${nextRaise}`)
    : undefined;
}

function apply({ state, height, emit }: Execution, { action }: Priced<"setTake">): void {
  const { hotkey, takePpm } = action;
  const pool = poolOfHotkey(state, hotkey);
  const raised = takePpm > pool.takePpm ? { takeRaisedAt: height } : {};
  patchPool(state, pool, { takePpm, ...raised });
  emit({ kind: "TakeChanged", hotkey, takePpm });
}
