import { InvariantError } from "@ganglion/types";

/**
 * Solves (N + diag(ridge)) x = b by Cholesky. `lower` is N's lower triangle row by row, [n (n + 1) / 2]; N is
 * positive semi-definite and ridge positive, so the factor exists.
 *
 * PERF: n^3 / 6 multiply-adds; the inner product runs over two contiguous rows with four sums in flight.
 */
export function solveRidge(lower: Float64Array, ridge: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const factor = factorise(lower, ridge, n);
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    const row = (i * (i + 1)) / 2;
    x[i] = ((x[i] ?? 0) - dot(factor, row, x, 0, i)) / (factor[row + i] ?? 1);
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = (i * (i + 1)) / 2;
    const value = (x[i] ?? 0) / (factor[row + i] ?? 1);
    x[i] = value;
    for (let j = 0; j < i; j++) x[j] = (x[j] ?? 0) - value * (factor[row + j] ?? 0);
  }
  return x;
}

function factorise(lower: Float64Array, ridge: Float64Array, n: number): Float64Array {
  const factor = Float64Array.from(lower);
  for (let i = 0; i < n; i++) {
    const row = (i * (i + 1)) / 2;
    for (let j = 0; j < i; j++) {
      const other = (j * (j + 1)) / 2;
      const rest = (factor[row + j] ?? 0) - dot(factor, row, factor, other, j);
      factor[row + j] = rest / (factor[other + j] ?? 1);
    }
    const square = (factor[row + i] ?? 0) + (ridge[i] ?? 0) - dot(factor, row, factor, row, i);
    if (!(square > 0)) throw new InvariantError("a ridge matrix is not positive definite");
    factor[row + i] = Math.sqrt(square);
  }
  return factor;
}

function dot(a: Float64Array, aStart: number, b: Float64Array, bStart: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += (a[aStart + i] ?? 0) * (b[bStart + i] ?? 0);
    s1 += (a[aStart + i + 1] ?? 0) * (b[bStart + i + 1] ?? 0);
    s2 += (a[aStart + i + 2] ?? 0) * (b[bStart + i + 2] ?? 0);
    s3 += (a[aStart + i + 3] ?? 0) * (b[bStart + i + 3] ?? 0);
  }
  for (; i < length; i++) s0 += (a[aStart + i] ?? 0) * (b[bStart + i] ?? 0);
  return s0 + s1 + (s2 + s3);
}
