import { asUid, type Hotkey } from "@ganglion/types";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { type Rejection, reject } from "../rejections.ts";
import { findNeuron, ROLE_MINER, ROLE_VALIDATOR } from "../state/neurons.ts";
import { patchRow, readStruct } from "../state/rows.ts";
import { senderNeuron } from "./senderNeuron.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** Rule SERVE: endpoint and role of the sender's neuron. */
export const serve: TransactionRule<"serve"> = { lane: "weights", paysFee: () => false, check, apply };

function check({ state, height }: CheckView, { tx, action }: Priced<"serve">): Rejection | undefined {
  const neuron = findNeuron(state, tx.body.sender);
  if (neuron === undefined) return reject("NEURON_UNKNOWN");
  if (neuron.servedAt === height) return reject("SERVE_TOO_SOON");
  const answers = action.host !== "" && action.port !== 0;
  const silent = action.host === "" && action.port === 0;
  if (!answers && !(silent && action.role === "validator")) return reject("SERVE_BAD_ENDPOINT");
  const bound = neuron.bootstrap && readStruct(state, "bootstrap").active;
  return bound && action.role !== "validator" ? reject("SERVE_BOOTSTRAP_ROLE") : undefined;
}

function apply({ state, height, emit }: Execution, { tx, action }: Priced<"serve">): void {
  const { uid, hotkey } = senderNeuron(state, tx);
  const { role, host, port, modelDigest, version } = action;
  patchRow(state, "neurons", uid, {
    role: role === "miner" ? ROLE_MINER : ROLE_VALIDATOR,
    host: utf8ToBytes(host),
    port,
    modelDigest,
    version,
    servedAt: height,
  });
  emit({
    kind: "NeuronServed",
    uid: asUid(uid),
    hotkey: hotkey as Hotkey,
    role,
    host,
    port,
    modelDigest,
    version,
  });
}
