import type { ProtocolParams } from "@ganglion/params";
import { COMMIT_RING, type NeuronRow } from "@ganglion/types";
import type { LedgerState } from "./ledgerState.ts";
import { indexNeuron, type Neuron, neuronAt, vacantNeuron } from "./neurons.ts";
import { immuneUntil, isPrunable, pruningOrder } from "./pruning.ts";
import { patchRow, pushRow, rowCount } from "./rows.ts";

const EMPTY_COMMIT = { epoch: 0, height: 0, commitment: new Uint8Array(32) };
const EMPTY_WEIGHTS = { revealed: false, epoch: 0, commitHeight: 0, rows: new Uint8Array(0) };
const EMPTY_BONDS = { entries: new Uint8Array(0) };

/** Where the next registration goes: a new slot, the place of a neuron, or nowhere before a height. */
export type FreeSlot =
  | { readonly kind: "new" }
  | { readonly kind: "replace"; readonly neuron: Neuron }
  | { readonly kind: "none"; readonly nextFreeHeight: number | undefined };

/** Rule REG-6. */
export function findFreeSlot(state: LedgerState, height: number, params: ProtocolParams): FreeSlot {
  const count = rowCount(state, "neurons");
  if (count < params.maxNeurons) return { kind: "new" };
  const [neuron] = pruningOrder(state, height, params);
  if (neuron !== undefined) return { kind: "replace", neuron };
  let nextFreeHeight: number | undefined;
  for (let uid = 0; uid < count; uid++) {
    const immune = neuronAt(state, uid);
    const until = immuneUntil(immune, params);
    if (isPrunable(state, immune) && (nextFreeHeight === undefined || until < nextFreeHeight))
      nextFreeHeight = until;
  }
  return { kind: "none", nextFreeHeight };
}

/** Puts a neuron into a slot; all that the slot's last holder said is gone. @returns its uid */
export function fillSlot(state: LedgerState, uid: number | undefined, neuron: NeuronRow): number {
  const at = uid ?? pushSlot(state, neuron);
  if (uid !== undefined) clearSlot(state, uid, neuron);
  indexNeuron(state.lookup, neuron.hotkey, at);
  return at;
}

function pushSlot(state: LedgerState, neuron: NeuronRow): number {
  pushRow(state, "weights", EMPTY_WEIGHTS);
  pushRow(state, "bonds", EMPTY_BONDS);
  for (let i = 0; i < COMMIT_RING; i++) pushRow(state, "commits", EMPTY_COMMIT);
  return pushRow(state, "neurons", neuron);
}

function clearSlot(state: LedgerState, uid: number, neuron: NeuronRow): void {
  patchRow(state, "neurons", uid, neuron);
  patchRow(state, "weights", uid, EMPTY_WEIGHTS);
  patchRow(state, "bonds", uid, EMPTY_BONDS);
  clearCommits(state, uid);
}

/** Rule GOV-6: takes a slot from its holder; the next registration without a new slot takes it. */
export function vacateSlot(state: LedgerState, uid: number, height: number): void {
  clearSlot(state, uid, vacantNeuron(height));
}

/** Forgets what a slot committed to and did not reveal yet. */
export function clearCommits(state: LedgerState, uid: number): void {
  for (let i = 0; i < COMMIT_RING; i++) patchRow(state, "commits", uid * COMMIT_RING + i, EMPTY_COMMIT);
}
