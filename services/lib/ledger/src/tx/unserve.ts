import { asUid, type Hotkey } from "@ganglion/types";
import { type Rejection, reject } from "../rejections.ts";
import { findNeuron, NO_ENDPOINT } from "../state/neurons.ts";
import { patchRow } from "../state/rows.ts";
import { senderNeuron } from "./senderNeuron.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** Rule SERVE: takes the endpoint away; the slot and the role stay. */
export const unserve: TransactionRule<"unserve"> = { lane: "weights", paysFee: () => false, check, apply };

function check({ state, height }: CheckView, { tx }: Priced<"unserve">): Rejection | undefined {
  const neuron = findNeuron(state, tx.body.sender);
  if (neuron === undefined) return reject("NEURON_UNKNOWN");
  if (neuron.servedAt === height) return reject("SERVE_TOO_SOON");
  return neuron.host.length === 0 ? reject("UNSERVE_NOT_SERVING") : undefined;
}

function apply({ state, height, emit }: Execution, { tx }: Priced<"unserve">): void {
  const { uid, hotkey } = senderNeuron(state, tx);
  patchRow(state, "neurons", uid, { ...NO_ENDPOINT, servedAt: height });
  emit({ kind: "NeuronUnserved", uid: asUid(uid), hotkey: hotkey as Hotkey });
}
