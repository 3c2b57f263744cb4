import { GanglionError } from "@ganglion/types";

/** Largest absolute value of a representation or gradient that either side takes. */
export const MAX_REPRESENTATION_MAGNITUDE = 1024;

/** What the receiver expects of a tensor before it looks at a value. */
export type Float16Limits = {
  readonly rows: number;
  readonly dim: number;
  /** Largest absolute value, below 65,504; default `MAX_REPRESENTATION_MAGNITUDE`. */
  readonly maxMagnitude?: number;
};

const INFINITY_BITS = 0x7c00;
const MAGNITUDE_BITS = 0x7fff;
const float32OfBits = buildTable();

/**
 * Reads float16 little endian, row-major [rows, dim], at any byte offset, into a new Float32Array.
 * PERF: about 1 ms a MiB (a table of all 65,536 values; copying a Float16Array takes 2.5 times that).
 * @throws GanglionError WIRE_TENSOR_SHAPE (length is not rows x dim x 2), WIRE_TENSOR_NOT_FINITE,
 * WIRE_TENSOR_TOO_LARGE
 */
export function decodeFloat16(bytes: Uint8Array, limits: Float16Limits): Float32Array<ArrayBuffer> {
  const { rows, dim } = limits;
  if (bytes.byteLength !== rows * dim * 2)
    throw new GanglionError(
      "WIRE_TENSOR_SHAPE",
      `a float16 tensor [${rows}, ${dim}] has ${rows * dim * 2} bytes, not ${bytes.byteLength}`,
      { rows, dim, bytes: bytes.byteLength },
    );
  const bits = alignedBits(bytes);
  const values = new Float32Array(bits.length);
  let largest = 0;
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i] ?? 0;
    const magnitude = half & MAGNITUDE_BITS;
    if (magnitude > largest) largest = magnitude;
    values[i] = float32OfBits[half] ?? 0;
  }
  checkMagnitude(largest, limits.maxMagnitude ?? MAX_REPRESENTATION_MAGNITUDE);
  return values;
}

function checkMagnitude(largest: number, maxMagnitude: number): void {
  if (largest >= INFINITY_BITS)
    throw new GanglionError("WIRE_TENSOR_NOT_FINITE", "a float16 tensor holds NaN or infinity");
  const magnitude = float32OfBits[largest] ?? 0;
  if (magnitude > maxMagnitude)
    throw new GanglionError(
      "WIRE_TENSOR_TOO_LARGE",
      `a float16 tensor holds a value of magnitude ${magnitude}, the limit is ${maxMagnitude}`,
      { magnitude, maxMagnitude },
    );
}

/** A field of a received message may begin at an odd offset of its frame; `slice` of a Buffer would not copy. */
function alignedBits(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2);
}

function buildTable(): Float32Array {
  const bits = new Uint16Array(65_536);
  for (let i = 0; i < bits.length; i++) bits[i] = i;
  return new Float32Array(new Float16Array(bits.buffer));
}
