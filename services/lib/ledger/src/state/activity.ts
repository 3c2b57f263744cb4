import type { ProtocolParams } from "@ganglion/params";
import { type Neuron, ROLE_VALIDATOR } from "./neurons.ts";

/** Rule WEIGHT-7: a validator that revealed, or registered, within `activityCutoffBlocks`; a miner that serves. */
export function isActive(neuron: Neuron, height: number, params: ProtocolParams): boolean {
  if (neuron.role !== ROLE_VALIDATOR) return neuron.host.length > 0;
  return height - Math.max(neuron.lastUpdate, neuron.registeredAt) <= params.activityCutoffBlocks;
}

/** Rule STAKE-6: who may hold a permit: declared validators that committed within `activityCutoffBlocks`. */
export function isPermitCandidate(neuron: Neuron, height: number, params: ProtocolParams): boolean {
  const committed = neuron.committedAt > 0 && height - neuron.committedAt <= params.activityCutoffBlocks;
  return neuron.role === ROLE_VALIDATOR && committed;
}
