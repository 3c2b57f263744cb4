import { RECORD_KINDS } from "@ganglion/types";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { type Rejection, reject } from "../rejections.ts";
import { findRecord, putRecord, recordsOf } from "../state/records.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** Against growth of the state: an account costs `minBalanceSpikes`, so this bounds records by money. */
const RECORDS_PER_OWNER = 64;

/** Rule RECORD-1. */
export const publishRecord: TransactionRule<"publishRecord"> = {
  lane: "transfers",
  paysFee: () => true,
  check,
  apply,
};

function check({ state }: CheckView, priced: Priced<"publishRecord">): Rejection | undefined {
  const owner = priced.tx.body.sender;
  const key = keyOf(priced);
  if (key.name.length === 0) return reject("RECORD_NO_NAME");
  const isNew = findRecord(state, key) === undefined;
  return isNew && recordsOf(state, owner).length >= RECORDS_PER_OWNER ? reject("RECORD_TOO_MANY") : undefined;
}

function apply({ state, height, emit }: Execution, priced: Priced<"publishRecord">): void {
  const { recordKind, name, digest, uri } = priced.action;
  const owner = priced.tx.body.sender;
  putRecord(state, { ...keyOf(priced), digest, uri: utf8ToBytes(uri), updatedAt: height });
  emit({ kind: "RecordPublished", owner, recordKind, name, digest, uri });
}

function keyOf({ tx, action }: Priced<"publishRecord">) {
  const kind = RECORD_KINDS.indexOf(action.recordKind) + 1;
  return { kind, owner: tx.body.sender, name: utf8ToBytes(action.name) };
}
