import { asUid, COMMIT_RING } from "@ganglion/types";
import { type Rejection, reject } from "../rejections.ts";
import { lastHeightOf } from "../state/epochs.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { findNeuron, type Neuron, ROLE_VALIDATOR } from "../state/neurons.ts";
import { effectiveStake, poolOfHotkey } from "../state/pools.ts";
import { patchRow, readRow, readStruct } from "../state/rows.ts";
import { senderNeuron } from "./senderNeuron.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** Rules WEIGHT-1 to WEIGHT-3. */
export const commitWeights: TransactionRule<"commitWeights"> = {
  lane: "weights",
  paysFee: () => false,
  check,
  apply,
};

/** Where a slot's commit of an epoch stands. */
export function commitIndex(uid: number, epoch: number): number {
  return uid * COMMIT_RING + (epoch % COMMIT_RING);
}

function check(view: CheckView, { tx, action }: Priced<"commitWeights">): Rejection | undefined {
  const { state, params, height, epoch } = view;
  const neuron = findNeuron(state, tx.body.sender);
  if (neuron === undefined) return reject("NEURON_UNKNOWN");
  if (neuron.role !== ROLE_VALIDATOR) return reject("WEIGHTS_NOT_VALIDATOR");
  if (!hasStanding(view, neuron)) return reject("WEIGHTS_LOW_STAKE");
  if (action.epoch !== epoch) return reject("WEIGHTS_WRONG_EPOCH", `the present epoch is ${epoch}`);
  if (height > lastHeightOf(epoch, params) - params.commitCutoffBlocks) return reject("WEIGHTS_AFTER_CUTOFF");
  return hasCommit(state, neuron.uid, epoch) ? reject("WEIGHTS_ALREADY_COMMITTED") : undefined;
}

/** Free transactions need something to lose: stake, or a place in genesis. */
function hasStanding({ state, params }: CheckView, neuron: Neuron): boolean {
  if (neuron.bootstrap && readStruct(state, "bootstrap").active) return true;
  return effectiveStake(poolOfHotkey(state, neuron.hotkey)) >= params.minStakeSpikes;
}

/** Whether a commit of that epoch waits for its reveal. */
export function hasCommit(state: LedgerState, uid: number, epoch: number): boolean {
  const row = readRow(state, "commits", commitIndex(uid, epoch));
  return row.height > 0 && row.epoch === epoch;
}

function apply({ state, height, emit }: Execution, { tx, action }: Priced<"commitWeights">): void {
  const { uid } = senderNeuron(state, tx);
  const { epoch, commitment } = action;
  patchRow(state, "commits", commitIndex(uid, epoch), { epoch, height, commitment });
  patchRow(state, "neurons", uid, { committedAt: height });
  emit({ kind: "WeightsCommitted", uid: asUid(uid), epoch, commitment });
}
