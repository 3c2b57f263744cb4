import { ListCompositeType } from "@chainsafe/ssz";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { ledgerStateType } from "./state.ts";

type RowType = {
  readonly serialize: (value: unknown) => Uint8Array;
  readonly deserialize: (bytes: Uint8Array) => unknown;
  readonly hashTreeRoot: (value: unknown) => Uint8Array;
};
const FIELDS: readonly string[] = Object.keys(ledgerStateType.fields);

/** Where a row is in the state's tree and how it is read. */
export type RowPlace = {
  /** Generalised index: 1 is the root, 2n and 2n + 1 are below n. */
  readonly gindex: bigint;
  readonly type: RowType;
};

/** Undefined: a state has no such field, or the field no such row. */
export function rowPlace(field: string, index: number): RowPlace | undefined {
  const at = FIELDS.indexOf(field);
  if (at < 0) return undefined;
  const type: unknown = ledgerStateType.fields[field as keyof typeof ledgerStateType.fields];
  const node = (1n << BigInt(ledgerStateType.depth)) + BigInt(at);
  if (!(type instanceof ListCompositeType))
    return index === 0 ? { gindex: node, type: type as RowType } : undefined;
  if (index >= type.limit) return undefined;
  // On the left the rows, on the right their number.
  const rows = node * 2n;
  return {
    gindex: (rows << BigInt(type.chunkDepth)) + BigInt(index),
    type: type.elementType as unknown as RowType,
  };
}

/**
 * The nodes beside the paths from the leaves to the root, from the highest index down.
 * @see https://github.com/ethereum/consensus-specs/blob/dev/ssz/merkle-proofs.md
 */
export function helperIndices(leaves: readonly bigint[]): bigint[] {
  const paths = new Set<bigint>();
  const beside = new Set<bigint>();
  for (const leaf of leaves)
    for (let at = leaf; at > 1n; at /= 2n) {
      paths.add(at);
      beside.add(at ^ 1n);
    }
  return [...beside].filter((index) => !paths.has(index)).sort((a, b) => (a < b ? 1 : -1));
}

/**
 * The root of a tree with these leaves, whose other parts are given by the helpers in the order of `helperIndices`.
 * Undefined: the helpers are not as many, or a leaf is below another.
 */
export function multiproofRoot(
  leaves: ReadonlyMap<bigint, Uint8Array>,
  helpers: readonly Uint8Array[],
): Uint8Array | undefined {
  const indices = helperIndices([...leaves.keys()]);
  if (indices.length !== helpers.length) return undefined;
  const nodes = new Map(leaves);
  indices.forEach((index, i) => {
    nodes.set(index, helpers[i] ?? new Uint8Array(32));
  });
  if (nodes.size !== leaves.size + indices.length) return undefined;
  let queue = [...nodes.keys()].sort((a, b) => (a < b ? 1 : -1));
  for (let i = 0; i < queue.length; i++) {
    const index = queue[i] ?? 1n;
    const parent = index / 2n;
    const left = nodes.get(index & ~1n);
    const right = nodes.get(index | 1n);
    if (leaves.has(parent)) return undefined;
    if (index === 1n || left === undefined || right === undefined || nodes.has(parent)) continue;
    nodes.set(parent, sha256(concatBytes(left, right)));
    queue = insertSorted(queue, parent, i + 1);
  }
  return nodes.get(1n);
}

/** PERF: parents come in falling order too, so the place is found from the end. */
function insertSorted(queue: bigint[], index: bigint, from: number): bigint[] {
  let at = queue.length;
  while (at > from && (queue[at - 1] ?? 0n) < index) at--;
  queue.splice(at, 0, index);
  return queue;
}
