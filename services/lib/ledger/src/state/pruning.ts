import type { ProtocolParams } from "@ganglion/params";
import type { LedgerState } from "./ledgerState.ts";
import { isVacant, type Neuron, neuronAt } from "./neurons.ts";
import { readStruct, rowCount } from "./rows.ts";

/** First height at which the neuron can be replaced. */
export function immuneUntil(neuron: Pick<Neuron, "registeredAt" | "hotkey">, params: ProtocolParams): number {
  return isVacant(neuron) ? 0 : neuron.registeredAt + params.immunityBlocks;
}

/** Rule REG-6: during the bootstrap its validators and permit holders stay. */
export function isPrunable(state: LedgerState, neuron: Neuron): boolean {
  return !(readStruct(state, "bootstrap").active && (neuron.bootstrap || neuron.permit));
}

/**
 * Rule REG-6: who is replaced first at a height, among those that can be: vacant slots, then the lowest moving average of
 * emission, then the earlier registration, then the lower uid. Immune neurons are not in it.
 */
export function pruningOrder(state: LedgerState, height: number, params: ProtocolParams): Neuron[] {
  const open: Neuron[] = [];
  for (let uid = 0; uid < rowCount(state, "neurons"); uid++) {
    const neuron = neuronAt(state, uid);
    if (height >= immuneUntil(neuron, params) && isPrunable(state, neuron)) open.push(neuron);
  }
  return open.sort(compareForPruning);
}

function compareForPruning(a: Neuron, b: Neuron): number {
  if (isVacant(a) !== isVacant(b)) return isVacant(a) ? -1 : 1;
  if (a.emissionAverage !== b.emissionAverage) return a.emissionAverage < b.emissionAverage ? -1 : 1;
  return a.registeredAt - b.registeredAt || a.uid - b.uid;
}
