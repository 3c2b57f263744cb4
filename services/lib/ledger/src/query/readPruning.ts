import { type AddressBytes, asSpikes, equalBytes, type Hotkey, type Spikes } from "@ganglion/types";
import type { LedgerState } from "../state/ledgerState.ts";
import { isVacant, neuronAt } from "../state/neurons.ts";
import { readParams } from "../state/params.ts";
import { poolOfHotkey } from "../state/pools.ts";
import { immuneUntil, isPrunable, pruningOrder } from "../state/pruning.ts";
import { readStruct, rowCount } from "../state/rows.ts";

/** How far a slot is from being replaced (rules REG-6 and SLOT-2). */
export type PruningPlace = {
  readonly uid: number;
  readonly hotkey: Hotkey;
  readonly owner: AddressBytes;
  /** Neurons that go before it; -1: immune or kept by the bootstrap. */
  readonly distance: number;
  /** Whether the next registration replaces one at all: all slots are taken. */
  readonly slotsFull: boolean;
  /** Blocks. */
  readonly immunityLeft: number;
  readonly keptByBootstrap: boolean;
  readonly emissionAverage: Spikes;
  readonly registeredAt: number;
};

/** All slots, or those of one owner: first who goes first, then those that cannot go, by uid. */
export function readPruning(state: LedgerState, owner?: Uint8Array): PruningPlace[] {
  const params = readParams(state);
  const next = readStruct(state, "clock").height + 1;
  const distances = new Map(pruningOrder(state, next, params).map(({ uid }, distance) => [uid, distance]));
  const count = rowCount(state, "neurons");
  const neurons = Array.from({ length: count }, (_, uid) => neuronAt(state, uid));
  const places = neurons
    .filter((neuron) => !isVacant(neuron))
    .map((neuron): PruningPlace => {
      const { uid } = neuron;
      return {
        uid,
        hotkey: neuron.hotkey as Hotkey,
        owner: poolOfHotkey(state, neuron.hotkey).owner as AddressBytes,
        distance: distances.get(uid) ?? -1,
        slotsFull: count >= params.maxNeurons,
        immunityLeft: Math.max(0, immuneUntil(neuron, params) - next),
        keptByBootstrap: !isPrunable(state, neuron),
        emissionAverage: asSpikes(neuron.emissionAverage),
        registeredAt: neuron.registeredAt,
      };
    });
  const rank = ({ distance }: PruningPlace): number => (distance < 0 ? count : distance);
  return places
    .filter((place) => owner === undefined || equalBytes(place.owner, owner))
    .sort((a, b) => rank(a) - rank(b) || a.uid - b.uid);
}
