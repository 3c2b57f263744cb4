import { createRandom, GanglionError } from "@ganglion/types";
import type { TrainingRows } from "../heads/trainingFeeds.ts";

const INT8_MAX = 127;

/** Stored replies of one miner, made before the answer was known, from which a newcomer's head is trained. */
export type ReplayBuffer = {
  /** Rows held; the oldest leave when it is full. */
  readonly rows: () => number;
  /** @throws GanglionError MIXTURE_BAD_ROWS */
  readonly push: (rows: TrainingRows) => void;
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
  const store: Store = {
    values: new Int8Array(capacityRows * dim),
    scales: new Float32Array(capacityRows),
    targets: new Uint8Array(capacityRows),
    gates: new Float32Array(capacityRows),
    dim,
  };
  let held = 0;
  let next = 0;
  return {
    rows: () => held,
    push: (rows) => {
      if (rows.representations.length !== rows.targets.length * dim)
        throw new GanglionError("MIXTURE_BAD_ROWS", "representations and targets differ in rows");
      for (let row = 0; row < rows.targets.length; row++) {
        storeRow(store, next, rows, row);
        next = (next + 1) % capacityRows;
        held = Math.min(held + 1, capacityRows);
      }
    },
    batches: function* (batchRows, seed) {
      const order = shuffledIndices(held, seed);
      for (let start = 0; start < held; start += batchRows)
        yield loadRows(store, order.subarray(start, Math.min(start + batchRows, held)));
    },
  };
}

type Store = {
  readonly values: Int8Array;
  readonly scales: Float32Array;
  readonly targets: Uint8Array;
  readonly gates: Float32Array;
  readonly dim: number;
};

function storeRow(store: Store, at: number, rows: TrainingRows, row: number): void {
  const { dim } = store;
  const source = rows.representations.subarray(row * dim, (row + 1) * dim);
  let largest = 0;
  for (const value of source) largest = Math.max(largest, Math.abs(value));
  const scale = largest / INT8_MAX;
  const inverse = scale === 0 ? 0 : 1 / scale;
  const start = at * dim;
  for (let i = 0; i < dim; i++) store.values[start + i] = Math.round((source[i] ?? 0) * inverse);
  store.scales[at] = scale;
  store.targets[at] = rows.targets[row] ?? 0;
  store.gates[at] = rows.gates[row] ?? 0;
}

function loadRows(store: Store, order: Int32Array): TrainingRows {
  const { dim } = store;
  const representations = new Float32Array(order.length * dim);
  const targets = new Uint8Array(order.length);
  const gates = new Float32Array(order.length);
  order.forEach((at, row) => {
    const scale = store.scales[at] ?? 0;
    for (let i = 0; i < dim; i++) representations[row * dim + i] = (store.values[at * dim + i] ?? 0) * scale;
    targets[row] = store.targets[at] ?? 0;
    gates[row] = store.gates[at] ?? 0;
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
