import { reject } from "../rejections.ts";
import type { TransactionRule } from "./transactionRule.ts";

export const propose: TransactionRule<"propose"> = {
  lane: "consensus",
  paysFee: () => true,
  check: () => reject("RULE_MISSING"),
  apply: () => undefined,
};
