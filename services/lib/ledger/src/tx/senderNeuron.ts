import { type DecodedTransaction, InvariantError } from "@ganglion/types";
import type { LedgerState } from "../state/ledgerState.ts";
import { findNeuron, type Neuron } from "../state/neurons.ts";

/** The neuron whose hotkey sent a transaction. @throws InvariantError: the check found it */
export function senderNeuron(state: LedgerState, tx: DecodedTransaction): Neuron {
  const neuron = findNeuron(state, tx.body.sender);
  if (neuron === undefined) throw new InvariantError("a checked transaction's neuron is gone");
  return neuron;
}
