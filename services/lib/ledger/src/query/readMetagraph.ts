import {
  type AddressBytes,
  asSpikes,
  decodeWeightRows,
  type Hotkey,
  type NeuronRole,
  parseAddressBytes,
  type Spikes,
  type WeightRow,
} from "@ganglion/types";
import type { LedgerState } from "../state/ledgerState.ts";
import {
  findNeuronOfHotkey,
  isVacant,
  type Neuron,
  neuronAt,
  ROLE_MINER,
  ROLE_NONE,
} from "../state/neurons.ts";
import { readParams } from "../state/params.ts";
import { poolOfHotkey } from "../state/pools.ts";
import { immuneUntil, pruningOrder } from "../state/pruning.ts";
import { readRow, readRows, readStruct, rowCount } from "../state/rows.ts";
import { issuanceOf } from "../state/supply.ts";
import { readHead, type StateHead } from "./readHead.ts";

/** Owner of a slot whose neuron was expelled. */
const NOBODY = parseAddressBytes(new Uint8Array(20));

/** A slot as others see it; u16 fractions are of 65,535. A vacant one has zeros as hotkey and owner. */
export type NeuronView = Omit<
  Neuron,
  "role" | "host" | "hotkey" | "servedAt" | "committedAt" | "emission" | "emissionAverage"
> & {
  readonly hotkey: Hotkey;
  readonly owner: AddressBytes;
  /** Undefined until the neuron's first `serve`. */
  readonly role: NeuronRole | undefined;
  /** Empty: does not serve. */
  readonly host: string;
  readonly immuneUntil: number;
  readonly stake: Spikes;
  /** The owner's part of what is paid for stake, /1e6. */
  readonly takePpm: number;
  readonly emission: Spikes;
  readonly emissionAverage: Spikes;
};

export type DomainView = { readonly id: number; readonly name: string; readonly sharePpm: number };

export type MetagraphView = StateHead & {
  readonly issuance: Spikes;
  readonly neurons: readonly NeuronView[];
  readonly domains: readonly DomainView[];
};

/** All slots, domains and where the chain is. */
export function readMetagraph(state: LedgerState): MetagraphView {
  const params = readParams(state);
  const neurons = Array.from({ length: rowCount(state, "neurons") }, (_, uid): NeuronView => {
    const { servedAt: _servedAt, committedAt: _committedAt, ...neuron } = neuronAt(state, uid);
    const pool = isVacant(neuron) ? undefined : poolOfHotkey(state, neuron.hotkey);
    return {
      ...neuron,
      hotkey: neuron.hotkey as Hotkey,
      owner: pool === undefined ? NOBODY : (pool.owner as AddressBytes),
      role: neuron.role === ROLE_NONE ? undefined : neuron.role === ROLE_MINER ? "miner" : "validator",
      host: String.fromCharCode(...neuron.host),
      immuneUntil: immuneUntil(neuron, params),
      stake: asSpikes(pool?.amount ?? 0n),
      takePpm: Math.min(pool?.takePpm ?? 0, params.takeMaxPpm),
      emission: asSpikes(neuron.emission),
      emissionAverage: asSpikes(neuron.emissionAverage),
    };
  });
  const domains = readRows(state, "domains").map(({ name, sharePpm }, id) => ({
    id,
    name: String.fromCharCode(...name),
    sharePpm,
  }));
  return { ...readHead(state), issuance: issuanceOf(state), neurons, domains };
}

/** The uid of a hotkey that has a slot. */
export function readUid(state: LedgerState, hotkey: Uint8Array): number | undefined {
  return findNeuronOfHotkey(state, hotkey)?.uid;
}

/** The rows that a slot revealed last. */
export function readNeuronWeights(state: LedgerState, uid: number): readonly WeightRow[] {
  const row = readRow(state, "weights", uid);
  return row.revealed ? decodeWeightRows(row.rows) : [];
}

/** Where a slot stands in the pruning order (0 goes first, -1 cannot go), and its blocks of immunity left. */
export function readPruningPlace(
  state: LedgerState,
  uid: number,
): { readonly rank: number; readonly immunityLeft: number } {
  const params = readParams(state);
  const next = readStruct(state, "clock").height + 1;
  const rank = pruningOrder(state, next, params).findIndex((neuron) => neuron.uid === uid);
  return { rank, immunityLeft: Math.max(0, immuneUntil(neuronAt(state, uid), params) - next) };
}
