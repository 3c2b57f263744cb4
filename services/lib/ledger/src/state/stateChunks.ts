import { ByteListType, ContainerType, ListCompositeType, UintNumberType, type ValueOf } from "@chainsafe/ssz";
import { GanglionError, ledgerStateType } from "@ganglion/types";
import type { LedgerState } from "./ledgerState.ts";
import { withLookup } from "./lookup.ts";

/** Of one chunk, unless one row alone is larger. Part of the format: all nodes cut a state at the same rows. */
const CHUNK_BYTES = 512 * 1024;
/** Rows taken from the tree at once. */
const BATCH_ROWS = 256;
const CHUNK_LIMIT_BYTES = 16_000_000;

/** A piece of one field: of a list the rows from `first` on, of any other field all of it. `bytes` is their SSZ. */
const sliceType = new ContainerType({
  field: new UintNumberType(1),
  first: new UintNumberType(8),
  bytes: new ByteListType(CHUNK_LIMIT_BYTES),
});
const chunkType = new ListCompositeType(sliceType, 256);

type Slice = ValueOf<typeof sliceType>;
type Tree = { readonly left: Tree; readonly right: Tree };
type ValueType = {
  readonly serialize: (value: unknown) => Uint8Array;
  readonly deserialize: (bytes: Uint8Array) => unknown;
  readonly value_serializedSize: (value: unknown) => number;
  readonly tree_toValue: (node: Tree) => unknown;
};
type ListType = ValueType & {
  readonly elementType: ValueType;
  readonly chunkDepth: number;
  readonly tree_getLength: (node: Tree) => number;
};
type Field = { readonly index: number; readonly name: string; readonly type: ValueType };
type ListField = Field & { readonly type: ListType };

const FIELDS: readonly Field[] = Object.entries(ledgerStateType.fields).map(([name, type], index) => ({
  index,
  name,
  type: type as unknown as ValueType,
}));

/**
 * The state in SSZ pieces of about half a MiB, the same for all that have the same state. Each is built when it is
 * asked for, from the tree as it was at the first: blocks may go on in between.
 */
export function* encodeStateChunks(state: LedgerState): Generator<Uint8Array, void> {
  state.view.commit();
  const root = state.view.node as unknown as Tree;
  let slices: Slice[] = [];
  let sizeBytes = 0;
  for (const field of FIELDS) {
    for (const { slice, full } of slicesOf(field, fieldNode(root, field.index), () => sizeBytes)) {
      slices.push(slice);
      sizeBytes += slice.bytes.length;
      if (!full) continue;
      yield chunkType.serialize(slices);
      slices = [];
      sizeBytes = 0;
    }
  }
  if (slices.length > 0) yield chunkType.serialize(slices);
}

/** Puts chunks together again, in their order. */
export class StateAssembly {
  readonly #values = new Map<string, unknown>();
  readonly #lists = new Map<string, unknown[]>();

  /** @throws GanglionError LEDGER_BAD_CHUNK for what does not follow the chunks before */
  add(chunk: Uint8Array): void {
    try {
      for (const slice of chunkType.deserialize(chunk)) this.#addSlice(slice);
    } catch (cause) {
      throw badChunk(cause);
    }
  }

  /**
   * Whether it is the right state is told by its root alone.
   * @throws GanglionError LEDGER_BAD_CHUNK when something is missing
   */
  finish(): LedgerState {
    try {
      const entries = FIELDS.map((field) => [
        field.name,
        isList(field) ? (this.#lists.get(field.name) ?? []) : this.#values.get(field.name),
      ]);
      const value = Object.fromEntries(entries) as ValueOf<typeof ledgerStateType>;
      return withLookup(ledgerStateType.toViewDU(value));
    } catch (cause) {
      throw badChunk(cause);
    }
  }

  #addSlice({ field: index, first, bytes }: Slice): void {
    const field = FIELDS[index];
    if (field === undefined) throw badChunk();
    if (!isList(field)) {
      this.#values.set(field.name, field.type.deserialize(bytes));
      return;
    }
    const rows = this.#lists.get(field.name) ?? [];
    if (rows.length !== first) throw badChunk();
    for (const row of field.type.deserialize(bytes) as Iterable<unknown>) rows.push(row);
    this.#lists.set(field.name, rows);
  }
}

type Cut = { readonly slice: Slice; readonly full: boolean };

/** @param used bytes of the chunk at hand; a slice that fills it says so */
function* slicesOf(field: Field, node: Tree, used: () => number): Generator<Cut, void> {
  if (!isList(field)) {
    const bytes = field.type.serialize(field.type.tree_toValue(node));
    yield { slice: { field: field.index, first: 0, bytes }, full: used() + bytes.length >= CHUNK_BYTES };
    return;
  }
  const { type } = field;
  let first = 0;
  let rows: unknown[] = [];
  let sizeBytes = 0;
  const cut = (full: boolean): Cut => {
    const slice = { field: field.index, first, bytes: type.serialize(rows) };
    first += rows.length;
    rows = [];
    sizeBytes = 0;
    return { slice, full };
  };
  for (const row of rowsOf(type, node)) {
    rows.push(row);
    sizeBytes += type.elementType.value_serializedSize(row);
    if (used() + sizeBytes >= CHUNK_BYTES) yield cut(true);
  }
  if (rows.length > 0) yield cut(false);
}

function* rowsOf(
  { elementType, chunkDepth, tree_getLength }: ListType,
  node: Tree,
): Generator<unknown, void> {
  const length = tree_getLength(node);
  for (let first = 0; first < length; first += BATCH_ROWS) {
    const nodes: Tree[] = [];
    collect(node.left, chunkDepth, { first, end: Math.min(first + BATCH_ROWS, length) }, nodes);
    for (const row of nodes) yield elementType.tree_toValue(row);
  }
}

/** Leaves of a subtree by their places in it. */
function collect(
  node: Tree,
  depth: number,
  { first, end }: { first: number; end: number },
  into: Tree[],
): void {
  const width = twoTo(depth);
  if (first >= width || end <= 0) return;
  if (depth === 0) {
    into.push(node);
    return;
  }
  collect(node.left, depth - 1, { first, end }, into);
  collect(node.right, depth - 1, { first: first - width / 2, end: end - width / 2 }, into);
}

function fieldNode(root: Tree, index: number): Tree {
  const found: Tree[] = [];
  collect(root, ledgerStateType.depth, { first: index, end: index + 1 }, found);
  return found[0] ?? root;
}

function isList(field: Field): field is ListField {
  return (
    ledgerStateType.fields[field.name as keyof typeof ledgerStateType.fields] instanceof ListCompositeType
  );
}

/** Exact: levels are below 53. */
function twoTo(level: number): number {
  let power = 1;
  for (let i = 0; i < level; i++) power *= 2;
  return power;
}

function badChunk(cause?: unknown): GanglionError {
  return new GanglionError(
    "LEDGER_BAD_CHUNK",
    "these chunks are not a ledger state: take another snapshot",
    {},
    { cause },
  );
}
