import { addressOfKey, equalBytes, type Hotkey, type NeuronRow, parseHotkey } from "@ganglion/types";
import type { LedgerState, StateLookup } from "./ledgerState.ts";
import { readRow, rowCount } from "./rows.ts";

export type Neuron = Readonly<NeuronRow> & { readonly uid: number };

/** `role` of a neuron's row. */
export const ROLE_NONE = 0;
export const ROLE_MINER = 1;
export const ROLE_VALIDATOR = 2;

const NO_DIGEST = new Uint8Array(32);

/** Rule REG: a slot's values right after registration. */
export function newNeuron(hotkey: Hotkey, registeredAt: number): NeuronRow {
  return {
    hotkey,
    role: ROLE_NONE,
    host: new Uint8Array(0),
    port: 0,
    modelDigest: NO_DIGEST,
    version: 0,
    servedAt: 0,
    registeredAt,
    committedAt: 0,
    lastUpdate: 0,
    bootstrap: false,
    permit: false,
    active: false,
    incentive: 0,
    consensus: 0,
    dividend: 0,
    validatorTrust: 0,
    emission: 0n,
    emissionAverage: 0n,
  };
}

/** Rule GOV-6: in place of the hotkey of a neuron that was expelled; nobody can sign for it. */
const NO_HOTKEY = parseHotkey(new Uint8Array(32));

/** A slot that nobody holds, and that the next registration without a new one takes. */
export function vacantNeuron(since: number): NeuronRow {
  return newNeuron(NO_HOTKEY, since);
}

export function isVacant({ hotkey }: Pick<NeuronRow, "hotkey">): boolean {
  return equalBytes(hotkey, NO_HOTKEY);
}

/** What unserve leaves of an endpoint. */
export const NO_ENDPOINT = { host: new Uint8Array(0), port: 0, modelDigest: NO_DIGEST, version: 0 };

export function neuronAt(state: LedgerState, uid: number): Neuron {
  return { ...readRow(state, "neurons", uid), uid };
}

/** @param address of the hotkey */
export function findNeuron(state: LedgerState, address: Uint8Array): Neuron | undefined {
  const count = rowCount(state, "neurons");
  const isAt = (row: number): boolean => row < count && holdsSlot(readRow(state, "neurons", row), address);
  const uid = state.lookup.neurons.find(address, isAt);
  return uid === undefined ? undefined : neuronAt(state, uid);
}

export function findNeuronOfHotkey(state: LedgerState, hotkey: Uint8Array): Neuron | undefined {
  const count = rowCount(state, "neurons");
  const isAt = (row: number): boolean =>
    row < count && equalBytes(readRow(state, "neurons", row).hotkey, hotkey) && !isVacant({ hotkey });
  const uid = state.lookup.neurons.find(hotkey, isAt);
  return uid === undefined ? undefined : neuronAt(state, uid);
}

function holdsSlot(neuron: NeuronRow, address: Uint8Array): boolean {
  return equalBytes(addressOfKey(neuron.hotkey), address) && !isVacant(neuron);
}

/** Lets the neuron be found by its hotkey and by the hotkey's address. */
export function indexNeuron(lookup: StateLookup, hotkey: Uint8Array, uid: number): void {
  lookup.neurons.add(hotkey, uid);
  lookup.neurons.add(addressOfKey(hotkey), uid);
}
