import { createRandom } from "@ganglion/types";

/** Signs and an order that stand for one orthogonal matrix; a power of two wide. */
export type Rotation = {
  readonly before: Float32Array;
  readonly order: Uint16Array;
  readonly after: Float32Array;
};

/** A random orthogonal map of `width` (a power of two) numbers: signs, Hadamard, order, signs, Hadamard. */
export function createRotation(width: number, seed: number): Rotation {
  const random = createRandom(seed);
  const signs = (): Float32Array =>
    Float32Array.from({ length: width }, () => (random.next() < 0.5 ? -1 : 1));
  const before = signs();
  const after = signs();
  const keys = Array.from({ length: width }, (_, index) => ({ index, key: random.next() }));
  keys.sort((x, y) => x.key - y.key || x.index - y.index);
  return { before, order: Uint16Array.from(keys, ({ index }) => index), after };
}

/** Rotates each row of `rows` [count, width]; lengths and angles stay. PERF: O(width log width) a row. */
export function rotateRows(rows: Float32Array, rotation: Rotation): Float32Array {
  const width = rotation.order.length;
  const result = new Float32Array(rows.length);
  const scratch = new Float32Array(width);
  for (let offset = 0; offset + width <= rows.length; offset += width) {
    for (let i = 0; i < width; i++) scratch[i] = (rows[offset + i] ?? 0) * (rotation.before[i] ?? 1);
    hadamard(scratch);
    const row = result.subarray(offset, offset + width);
    for (let i = 0; i < width; i++)
      row[i] = (scratch[rotation.order[i] ?? 0] ?? 0) * (rotation.after[i] ?? 1);
    hadamard(row);
  }
  return result;
}

/** In place, scaled to be orthogonal. */
function hadamard(values: Float32Array): void {
  const width = values.length;
  for (let half = 1; half < width; half *= 2)
    for (let block = 0; block < width; block += half * 2)
      for (let i = block; i < block + half; i++) {
        const a = values[i] ?? 0;
        const b = values[i + half] ?? 0;
        values[i] = a + b;
        values[i + half] = a - b;
      }
  const scale = 1 / Math.sqrt(width);
  for (let i = 0; i < width; i++) values[i] = (values[i] ?? 0) * scale;
}
