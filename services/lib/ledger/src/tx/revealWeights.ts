import {
  asUid,
  encodeWeightRows,
  equalBytes,
  type RevealWeightsAction,
  type WeightRow,
  weightCommitment,
} from "@ganglion/types";
import { type Rejection, reject } from "../rejections.ts";
import { findNeuron, type Neuron } from "../state/neurons.ts";
import { patchRow, readRow, rowCount } from "../state/rows.ts";
import { commitIndex, hasCommit } from "./commitWeights.ts";
import { senderNeuron } from "./senderNeuron.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

const U16_MAX = 65_535;

/** Rules WEIGHT-4, WEIGHT-5 and WEIGHT-9. */
export const revealWeights: TransactionRule<"revealWeights"> = {
  lane: "weights",
  paysFee: () => false,
  check,
  apply,
};

function check(view: CheckView, { tx, action }: Priced<"revealWeights">): Rejection | undefined {
  const { state, params, epoch } = view;
  const neuron = findNeuron(state, tx.body.sender);
  if (neuron === undefined) return reject("NEURON_UNKNOWN");
  if (!neuron.permit) return reject("WEIGHTS_NO_PERMIT");
  if (action.epoch + params.revealDelayEpochs !== epoch)
    return reject("WEIGHTS_WRONG_EPOCH", `the present epoch is ${epoch}`);
  if (!hasCommit(state, neuron.uid, action.epoch)) return reject("WEIGHTS_NO_COMMIT");
  if (action.version < params.weightsVersion)
    return reject("WEIGHTS_OLD_VERSION", `${action.version} < ${params.weightsVersion}`);
  return checkRows(view, action.rows) ?? checkCommitment(view, neuron, action);
}

function checkRows({ state }: CheckView, rows: readonly WeightRow[]): Rejection | undefined {
  const domains = rowCount(state, "domains");
  const neurons = rowCount(state, "neurons");
  let lastDomain = -1;
  for (const { domainId, entries } of rows) {
    if (domainId <= lastDomain || domainId >= domains)
      return reject("WEIGHTS_BAD_ROW", `domain ${domainId} of ${domains}`);
    lastDomain = domainId;
    let lastUid = -1;
    for (const { uid, weight } of entries) {
      if (uid <= lastUid || uid >= neurons) return reject("WEIGHTS_BAD_ROW", `uid ${uid} of ${neurons}`);
      if (weight < 1 || weight > U16_MAX) return reject("WEIGHTS_BAD_ROW", `weight ${weight} of uid ${uid}`);
      lastUid = uid;
    }
  }
  return undefined;
}

function checkCommitment(
  { state }: CheckView,
  neuron: Neuron,
  { epoch, rows, salt, version }: RevealWeightsAction,
): Rejection | undefined {
  const { commitment } = readRow(state, "commits", commitIndex(neuron.uid, epoch));
  const genesisHash = state.view.genesisHash;
  const revealed = weightCommitment({ genesisHash, hotkey: neuron.hotkey, epoch, rows, salt, version });
  return equalBytes(commitment, revealed) ? undefined : reject("WEIGHTS_WRONG_COMMITMENT");
}

function apply(execution: Execution, { tx, action }: Priced<"revealWeights">): void {
  const { state, height, epoch, emit } = execution;
  const { uid } = senderNeuron(state, tx);
  const index = commitIndex(uid, action.epoch);
  const commitHeight = readRow(state, "commits", index).height;
  patchRow(state, "weights", uid, {
    revealed: true,
    epoch,
    commitHeight,
    rows: encodeWeightRows(action.rows),
  });
  patchRow(state, "commits", index, { epoch: 0, height: 0, commitment: new Uint8Array(32) });
  patchRow(state, "neurons", uid, { lastUpdate: height });
  emit({
    kind: "WeightsRevealed",
    uid: asUid(uid),
    epoch: action.epoch,
    domainIds: action.rows.map((row) => row.domainId),
  });
}
