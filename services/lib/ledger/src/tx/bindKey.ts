import { reject } from "../rejections.ts";
import type { TransactionRule } from "./transactionRule.ts";

export const bindKey: TransactionRule<"bindKey"> = {
  lane: "consensus",
  paysFee: () => true,
  check: () => reject("RULE_MISSING"),
  apply: () => undefined,
};
