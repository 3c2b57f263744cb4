import { helperIndices, InvariantError, type ProofRow, type RowPlace, rowPlace } from "@ganglion/types";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { findAccount } from "../state/accounts.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { findNeuronOfHotkey } from "../state/neurons.ts";
import { rowCount } from "../state/rows.ts";

/** What a proof is about. */
export type ProofSubject =
  | { readonly kind: "account"; readonly address: Uint8Array }
  | { readonly kind: "neuron" | "weights"; readonly uid: number }
  | { readonly kind: "neuron" | "weights"; readonly hotkey: Uint8Array };

/** Rows with the other nodes of their multiproof against the state's root. */
export type RowsProof = { readonly rows: readonly ProofRow[]; readonly helpers: readonly Uint8Array[] };

type Tree = { readonly left: Tree; readonly right: Tree; readonly root: Uint8Array };
type TreeType = {
  readonly serialize: (value: unknown) => Uint8Array;
  readonly tree_toValue: (node: Tree) => unknown;
};
type Place = { readonly field: string; readonly index: number };

/** They say of which ledger and of when the other rows are. */
const CONTEXT: readonly Place[] = [
  { field: "genesisHash", index: 0 },
  { field: "clock", index: 0 },
];

/** Undefined: the ledger knows no such account or neuron. PERF: O(depth), from the tree alone. */
export function proveSubject(state: LedgerState, subject: ProofSubject): RowsProof | undefined {
  const place = findPlace(state, subject);
  return place && proveRows(state, [...CONTEXT, place]);
}

function proveRows(state: LedgerState, places: readonly Place[]): RowsProof {
  state.view.commit();
  const root = state.view.node as unknown as Tree;
  const found = places.map(({ field, index }) => ({ field, index, ...placeOf(field, index) }));
  const rows = found.map(({ field, index, gindex, type }) => {
    const { serialize, tree_toValue } = bound(type);
    return { field: utf8ToBytes(field), index, value: serialize(tree_toValue(nodeAt(root, gindex))) };
  });
  const helpers = helperIndices(found.map(({ gindex }) => gindex)).map((index) =>
    Uint8Array.from(nodeAt(root, index).root),
  );
  return { rows, helpers };
}

function findPlace(state: LedgerState, subject: ProofSubject): Place | undefined {
  if (subject.kind === "account") {
    const account = findAccount(state, subject.address);
    return account && { field: "accounts", index: account.index };
  }
  const uid = "uid" in subject ? subject.uid : findNeuronOfHotkey(state, subject.hotkey)?.uid;
  if (uid === undefined || uid >= rowCount(state, "neurons")) return undefined;
  return { field: subject.kind === "neuron" ? "neurons" : "weights", index: uid };
}

function placeOf(field: string, index: number): RowPlace {
  const place = rowPlace(field, index);
  if (place === undefined) throw new InvariantError(`a state has no row ${index} of ${field}`);
  return place;
}

function bound(type: RowPlace["type"]): TreeType {
  const tree = type as unknown as TreeType;
  return { serialize: (value) => tree.serialize(value), tree_toValue: (node) => tree.tree_toValue(node) };
}

function nodeAt(root: Tree, gindex: bigint): Tree {
  let node = root;
  for (const step of gindex.toString(2).slice(1)) node = step === "0" ? node.left : node.right;
  return node;
}
