import type { ValueOf } from "@chainsafe/ssz";
import { GanglionError, ledgerStateType } from "@ganglion/types";
import type { LedgerState } from "./ledgerState.ts";
import { withLookup } from "./lookup.ts";

type FieldName = keyof typeof ledgerStateType.fields;
type Tree = { readonly left: Tree; readonly right: Tree };
type RowType = {
  readonly serialize: (value: unknown) => Uint8Array;
  readonly deserialize: (bytes: Uint8Array) => unknown;
  readonly tree_toValue: (node: Tree) => unknown;
};
type ArrayType = { readonly elementType: RowType; readonly depth: number };
type ArrayView = { readonly length: number; readonly node: Tree };

/** One row of the state by its place: `index` is 0 in fields that are no list. */
export type StateRow = {
  readonly field: string;
  readonly index: number;
  /** SSZ of the row; undefined when the list got shorter and the row is gone. */
  readonly value: Uint8Array | undefined;
};

/** Fields in the order of the state, by form. */
const SINGLE_FIELDS = [
  "genesisHash",
  "preset",
  "params",
  "clock",
  "supply",
  "registration",
  "bootstrap",
  "governance",
  "charter",
  "upgrade",
  "cursors",
] as const;
const ARRAY_FIELDS = [
  "blockHashes",
  "usedWork",
  "domains",
  "consensusKeys",
  "usedKeys",
  "accounts",
  "neurons",
  "weights",
  "bonds",
  "commits",
  "pools",
  "positions",
  "addedStakes",
  "unbondings",
  "moves",
  "powerHistory",
  "proposals",
  "votes",
  "records",
] as const satisfies readonly FieldName[];

/**
 * The rows in which two states of one lineage differ, found by the tree nodes that they share: O(rows touched).
 * @param previous absent: all rows of `next`
 */
export function stateRows(previous: LedgerState | undefined, next: LedgerState): StateRow[] {
  next.view.commit();
  const rows: StateRow[] = [];
  for (const field of SINGLE_FIELDS) {
    if (previous !== undefined && fieldNode(previous, field) === fieldNode(next, field)) continue;
    const type = ledgerStateType.fields[field] as unknown as RowType;
    rows.push({ field, index: 0, value: type.serialize(type.tree_toValue(fieldNode(next, field))) });
  }
  for (const field of ARRAY_FIELDS) collectArrayRows(previous, next, field, rows);
  return rows;
}

/**
 * The state that has exactly these rows.
 * @throws GanglionError LEDGER_BAD_STATE when rows are missing or no rows of a state
 */
export function stateFromRows(rows: Iterable<StateRow>): LedgerState {
  const byField = new Map<string, Uint8Array[]>();
  for (const { field, index, value } of rows) {
    const list = byField.get(field) ?? [];
    if (value !== undefined) list[index] = value;
    byField.set(field, list);
  }
  try {
    const entries = [...SINGLE_FIELDS, ...ARRAY_FIELDS].map((field) => [field, fieldValue(field, byField)]);
    const value = Object.fromEntries(entries) as ValueOf<typeof ledgerStateType>;
    return withLookup(ledgerStateType.toViewDU(value));
  } catch (cause) {
    throw new GanglionError(
      "LEDGER_BAD_STATE",
      "the stored rows are not a ledger state; restore a snapshot or replay the blocks",
      {},
      { cause },
    );
  }
}

function fieldValue(field: FieldName, byField: ReadonlyMap<string, readonly Uint8Array[]>): unknown {
  const rows = byField.get(field) ?? [];
  const type = ledgerStateType.fields[field] as unknown as RowType & { readonly elementType?: RowType };
  const rowType = type.elementType ?? type;
  const values = Array.from(rows, (bytes, index) => {
    if (bytes === undefined)
      throw new GanglionError("LEDGER_BAD_STATE", `row ${index} of ${field} is missing`);
    return rowType.deserialize(bytes);
  });
  if (type.elementType !== undefined) return values;
  if (values.length !== 1) throw new GanglionError("LEDGER_BAD_STATE", `${field} is missing`);
  return values[0];
}

function collectArrayRows(
  previous: LedgerState | undefined,
  next: LedgerState,
  field: (typeof ARRAY_FIELDS)[number],
  rows: StateRow[],
): void {
  const type = ledgerStateType.fields[field] as unknown as ArrayType;
  const { length, node } = next.view[field] as unknown as ArrayView;
  const before = previous === undefined ? undefined : (previous.view[field] as unknown as ArrayView);
  const found: number[] = [];
  const nodes: Tree[] = [];
  walk(before?.node, node, type.depth, 0);
  nodes.forEach((row, i) => {
    const value = type.elementType.serialize(type.elementType.tree_toValue(row));
    rows.push({ field, index: found[i] ?? 0, value });
  });
  for (let index = length; index < (before?.length ?? 0); index++)
    rows.push({ field, index, value: undefined });

  /** `depth` levels below are rows; `first` is the leftmost. A list's root has its length on the right. */
  function walk(old: Tree | undefined, now: Tree, depth: number, first: number): void {
    if (old === now || first >= length) return;
    if (depth === 0) {
      found.push(first);
      nodes.push(now);
      return;
    }
    const half = twoTo(depth - 1);
    walk(old?.left, now.left, depth - 1, first);
    walk(old?.right, now.right, depth - 1, first + half);
  }
}

function fieldNode(state: LedgerState, field: (typeof SINGLE_FIELDS)[number]): Tree {
  const index = Object.keys(ledgerStateType.fields).indexOf(field);
  let node = state.view.node as unknown as Tree;
  for (let level = ledgerStateType.depth - 1; level >= 0; level--)
    node = Math.floor(index / twoTo(level)) % 2 === 0 ? node.left : node.right;
  return node;
}

/** Exact: levels are below 53. */
function twoTo(level: number): number {
  let power = 1;
  for (let i = 0; i < level; i++) power *= 2;
  return power;
}
