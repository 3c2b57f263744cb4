import type { CompositeViewDU, TreeViewDU, ValueOf } from "@chainsafe/ssz";
import { InvariantError, ledgerStateType } from "@ganglion/types";
import type { LedgerState } from "./ledgerState.ts";

type Fields = typeof ledgerStateType.fields;
export type StructName =
  | "params"
  | "clock"
  | "supply"
  | "registration"
  | "bootstrap"
  | "governance"
  | "charter"
  | "upgrade"
  | "cursors";
export type ListName =
  | "domains"
  | "consensusKeys"
  | "usedKeys"
  | "accounts"
  | "neurons"
  | "weights"
  | "bonds"
  | "commits"
  | "pools"
  | "positions"
  | "addedStakes"
  | "unbondings"
  | "moves"
  | "powerHistory"
  | "proposals"
  | "votes"
  | "records";
/** Lists whose rows go: no index into them is kept anywhere. */
export type ShrinkingList =
  | "consensusKeys"
  | "addedStakes"
  | "unbondings"
  | "moves"
  | "powerHistory"
  | "proposals"
  | "votes";
export type StructOf<Name extends StructName> = Readonly<ValueOf<Fields[Name]>>;
export type RowOf<Name extends ListName> = Readonly<ValueOf<Fields[Name]>[number]>;

/** SSZ has the values of small rows in the node; its types do not say so. */
type StructView<Value> = TreeViewDU<never> & { readonly value: Value };
type StructType<Value> = { readonly toViewDU: (value: Value) => StructView<Value> };
type ListView<Row> = {
  readonly length: number;
  readonly getReadonly: (index: number) => StructView<Row>;
  readonly set: (index: number, view: StructView<Row>) => void;
  readonly push: (view: StructView<Row>) => void;
  readonly sliceTo: (index: number) => ListView<Row>;
  readonly type: { readonly elementType: StructType<Row> };
};

/** The present value; treat as immutable. */
export function readStruct<Name extends StructName>(state: LedgerState, name: Name): StructOf<Name> {
  return (state.view[name] as unknown as StructView<StructOf<Name>>).value;
}

export function writeStruct<Name extends StructName>(
  state: LedgerState,
  name: Name,
  change: Partial<StructOf<Name>>,
): void {
  const type = ledgerStateType.fields[name] as unknown as StructType<StructOf<Name>>;
  const view = type.toViewDU({ ...readStruct(state, name), ...change });
  state.view[name] = view as unknown as CompositeViewDU<Fields[Name]> & (typeof state.view)[Name];
}

export function rowCount(state: LedgerState, name: ListName): number {
  return listOf(state, name).length;
}

/** @throws InvariantError beyond the end */
export function readRow<Name extends ListName>(state: LedgerState, name: Name, index: number): RowOf<Name> {
  const list = listOf(state, name);
  if (index >= list.length) throw new InvariantError(`the state has no row ${index} in ${name}`);
  return list.getReadonly(index).value;
}

export function readRows<Name extends ListName>(state: LedgerState, name: Name): RowOf<Name>[] {
  const list = listOf(state, name);
  return Array.from({ length: list.length }, (_, index) => list.getReadonly(index).value);
}

/** Changes fields of a row. */
export function patchRow<Name extends ListName>(
  state: LedgerState,
  name: Name,
  index: number,
  change: Partial<RowOf<Name>>,
): void {
  const list = listOf(state, name);
  list.set(index, list.type.elementType.toViewDU({ ...readRow(state, name, index), ...change }));
}

/** @returns the new row's index */
export function pushRow<Name extends ListName>(state: LedgerState, name: Name, row: RowOf<Name>): number {
  const list = listOf(state, name);
  list.push(list.type.elementType.toViewDU(row));
  return list.length - 1;
}

/** Keeps the first `length` rows. */
export function truncateRows(state: LedgerState, name: ShrinkingList, length: number): void {
  if (length >= rowCount(state, name)) return;
  const lists = state.view as unknown as Record<ShrinkingList, ListView<unknown>>;
  lists[name] = lists[name].sliceTo(length - 1);
}

/** Takes rows out of a list; the last ones take their places. @returns what is gone, in the order of its rows */
export function removeRows<Name extends ShrinkingList>(
  state: LedgerState,
  name: Name,
  isGone: (row: RowOf<Name>) => boolean,
): RowOf<Name>[] {
  const rows = readRows(state, name);
  const gone = rows.filter(isGone);
  if (gone.length === 0) return gone;
  let end = rows.length;
  for (let index = 0; index < end; index++) {
    const row = rows[index];
    if (row === undefined || !isGone(row)) continue;
    let last = rows[--end];
    while (end > index && last !== undefined && isGone(last)) last = rows[--end];
    if (end > index && last !== undefined) patchRow(state, name, index, last);
  }
  truncateRows(state, name, rows.length - gone.length);
  return gone;
}

function listOf<Name extends ListName>(state: LedgerState, name: Name): ListView<RowOf<Name>> {
  return state.view[name] as unknown as ListView<RowOf<Name>>;
}
