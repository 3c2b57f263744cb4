import { createRandom, GanglionError } from "@ganglion/types";
import type { TrainingRows } from "../heads/trainingFeeds.ts";

const INT8_MAX = 127;
/** A stored row: scale and gate as float32, the target, three bytes of nothing, then the values. */
const GATE_AT = 4;
const TARGET_AT = 8;
const VALUES_AT = 12;

/** Stored replies of one miner, made before the answer was known, from which a newcomer's head is trained. */
export type ReplayBuffer = {
  /** Rows held; the oldest leave when it is full. */
  readonly rows: () => number;
  /** @returns the rows as they are stored, for `restore` @throws GanglionError MIXTURE_BAD_ROWS */
  readonly push: (rows: TrainingRows) => Uint8Array;
  /** Takes what `push` returned in an earlier run, in the same order. @throws GanglionError MIXTURE_BAD_ROWS */
  readonly restore: (stored: Uint8Array) => void;
  /** One pass: each stored row once, in an order given by the seed, in batches of at most `batchRows`. */
  readonly batches: (batchRows: number, seed: number) => Iterable<TrainingRows>;
};

/**
 * A ring of rows. A row is kept as 8-bit integers times one scale (1 KiB at 1,024 values): the error, below 0.4 % of
 * the row's largest value, is small beside what a head learns from.
 */
export function createReplayBuffer(options: {
  readonly capacityRows: number;
  readonly dim: number;
}): ReplayBuffer {
  const { capacityRows, dim } = options;
  const rowBytes = VALUES_AT + dim;
  const ring = new Uint8Array(capacityRows * rowBytes);
  let held = 0;
  let next = 0;
  const restore = (stored: Uint8Array): void => {
    if (stored.length % rowBytes !== 0)
      throw new GanglionError("MIXTURE_BAD_ROWS", "stored rows are of another width");
    for (let at = 0; at < stored.length; at += rowBytes) {
      ring.set(stored.subarray(at, at + rowBytes), next * rowBytes);
      next = (next + 1) % capacityRows;
      held = Math.min(held + 1, capacityRows);
    }
  };
  return {
    rows: () => held,
    push: (rows) => {
      const stored = encodeRows(rows, dim);
      restore(stored);
      return stored;
    },
    restore,
    batches: function* (batchRows, seed) {
      const order = shuffledIndices(held, seed);
      for (let start = 0; start < held; start += batchRows)
        yield decodeRows(ring, dim, order.subarray(start, Math.min(start + batchRows, held)));
    },
  };
}

function encodeRows(rows: TrainingRows, dim: number): Uint8Array {
  if (rows.representations.length !== rows.targets.length * dim)
    throw new GanglionError("MIXTURE_BAD_ROWS", "representations and targets differ in rows");
  const rowBytes = VALUES_AT + dim;
  const stored = new Uint8Array(rows.targets.length * rowBytes);
  const view = new DataView(stored.buffer);
  const values = new Int8Array(stored.buffer);
  for (let row = 0; row < rows.targets.length; row++) {
    const source = rows.representations.subarray(row * dim, (row + 1) * dim);
    let largest = 0;
    for (const value of source) largest = Math.max(largest, Math.abs(value));
    const scale = largest / INT8_MAX;
    const inverse = scale === 0 ? 0 : 1 / scale;
    const start = row * rowBytes;
    view.setFloat32(start, scale, true);
    view.setFloat32(start + GATE_AT, rows.gates[row] ?? 0, true);
    stored[start + TARGET_AT] = rows.targets[row] ?? 0;
    const valuesAt = start + VALUES_AT;
    for (let i = 0; i < dim; i++) values[valuesAt + i] = Math.round((source[i] ?? 0) * inverse);
  }
  return stored;
}

function decodeRows(ring: Uint8Array, dim: number, order: Int32Array): TrainingRows {
  const view = new DataView(ring.buffer);
  const values = new Int8Array(ring.buffer);
  const representations = new Float32Array(order.length * dim);
  const targets = new Uint8Array(order.length);
  const gates = new Float32Array(order.length);
  order.forEach((at, row) => {
    const start = at * (VALUES_AT + dim);
    const scale = view.getFloat32(start, true);
    const valuesAt = start + VALUES_AT;
    for (let i = 0; i < dim; i++) representations[row * dim + i] = (values[valuesAt + i] ?? 0) * scale;
    targets[row] = ring[start + TARGET_AT] ?? 0;
    gates[row] = view.getFloat32(start + GATE_AT, true);
  });
  return { representations, targets, gates };
}

function shuffledIndices(count: number, seed: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  const random = createRandom(seed);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    const held = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = held;
  }
  return order;
}
