import { PARAMETERS } from "./parameters.ts";

/**
 * Whether a miner's representation of a position depends on the bytes after it. Both answers hold rows of the
 * same positions of two texts that are equal up to and including the last of them.
 *
 * @param a, b row-major [rows, dim]
 * @returns true when every pair of rows is equal within float16 noise
 */
export function passesPrefixCheck(a: Float32Array, b: Float32Array, dim: number): boolean {
  if (a.length !== b.length || a.length === 0 || a.length % dim !== 0) return false;
  for (let row = 0; row < a.length; row += dim)
    if (distance(a, b, row, dim) > PARAMETERS.prefixTolerance) return false;
  return true;
}

/** Relative distance of two rows; 0 for two rows of zeros. */
function distance(a: Float32Array, b: Float32Array, start: number, dim: number): number {
  let difference = 0;
  let size = 0;
  for (let i = start; i < start + dim; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    difference += (x - y) ** 2;
    size += x ** 2 + y ** 2;
  }
  return size === 0 ? 0 : Math.sqrt((2 * difference) / size);
}
