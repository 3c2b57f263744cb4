import type { Action, ActionKind } from "@ganglion/types";
import type { Rejection } from "../rejections.ts";
import { bindKey } from "./bindKey.ts";
import { commitWeights } from "./commitWeights.ts";
import { moveStake } from "./moveStake.ts";
import { propose } from "./propose.ts";
import { publishRecord } from "./publishRecord.ts";
import { register } from "./register.ts";
import { revealWeights } from "./revealWeights.ts";
import { serve } from "./serve.ts";
import { setTake } from "./setTake.ts";
import { stake } from "./stake.ts";
import { swapHotkey } from "./swapHotkey.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";
import { transfer } from "./transfer.ts";
import { unbindKey } from "./unbindKey.ts";
import { unserve } from "./unserve.ts";
import { unstake } from "./unstake.ts";
import { vote } from "./vote.ts";

/** One row a kind. */
const RULES: { readonly [Kind in ActionKind]: TransactionRule<Kind> } = {
  transfer,
  register,
  serve,
  unserve,
  commitWeights,
  revealWeights,
  stake,
  unstake,
  moveStake,
  setTake,
  bindKey,
  unbindKey,
  swapHotkey,
  publishRecord,
  propose,
  vote,
};

/** A rule whose action the caller has not narrowed: sound, since a row is looked up by the action's own kind. */
type AnyRule = {
  readonly lane: TransactionRule<ActionKind>["lane"];
  readonly paysFee: (action: Action) => boolean;
  readonly check: (view: CheckView, priced: Priced) => Rejection | undefined;
  readonly apply: (execution: Execution, priced: Priced) => void;
};

export function ruleOf(action: Action): AnyRule {
  return RULES[action.kind] as unknown as AnyRule;
}
