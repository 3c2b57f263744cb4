import { InvariantError } from "@ganglion/types";

/** Columns that one pass over a row of the factor serves. */
const LANES = 4;

/**
 * Solves (N + diag(ridge)) x = b by Cholesky. `lower` is N's lower triangle row by row, [n (n + 1) / 2]; N is
 * positive semi-definite and ridge positive, so the factor exists.
 *
 * PERF: n^3 / 6 multiply-adds, 12 ms at n = 513. A row is multiplied with four others at a time: 5 loads for 4
 * products instead of 8 made it three times as fast.
 */
export function solveRidge(lower: Float64Array, ridge: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const factor = Float64Array.from(lower);
  for (let i = 0; i < n; i++) factoriseRow(factor, i, ridge[i] ?? 0);
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    const row = rowStart(i);
    let rest = x[i] ?? 0;
    for (let j = 0; j < i; j++) rest -= (factor[row + j] ?? 0) * (x[j] ?? 0);
    x[i] = rest / (factor[row + i] ?? 1);
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = rowStart(i);
    const value = (x[i] ?? 0) / (factor[row + i] ?? 1);
    x[i] = value;
    for (let j = 0; j < i; j++) x[j] = (x[j] ?? 0) - value * (factor[row + j] ?? 0);
  }
  return x;
}

/** Row i of the factor, from the rows before it. */
function factoriseRow(factor: Float64Array, i: number, ridge: number): void {
  const row = rowStart(i);
  const products = new Float64Array(LANES);
  for (let block = 0; block < i; block += LANES) {
    multiplyRow(factor, row, block, products);
    for (let j = block; j < Math.min(block + LANES, i); j++) {
      const other = rowStart(j);
      let rest = (factor[row + j] ?? 0) - (products[j - block] ?? 0);
      for (let k = block; k < j; k++) rest -= (factor[row + k] ?? 0) * (factor[other + k] ?? 0);
      factor[row + j] = rest / (factor[other + j] ?? 1);
    }
  }
  let square = (factor[row + i] ?? 0) + ridge;
  for (let k = 0; k < i; k++) square -= (factor[row + k] ?? 0) ** 2;
  if (!(square > 0)) throw new InvariantError("a ridge matrix is not positive definite");
  factor[row + i] = Math.sqrt(square);
}

/** Products of a row with rows block .. block + 3, over the columns before `block`. */
function multiplyRow(factor: Float64Array, row: number, block: number, products: Float64Array): void {
  const a = rowStart(block);
  const b = rowStart(block + 1);
  const c = rowStart(block + 2);
  const d = rowStart(block + 3);
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let k = 0; k < block; k++) {
    const value = factor[row + k] ?? 0;
    s0 += value * (factor[a + k] ?? 0);
    s1 += value * (factor[b + k] ?? 0);
    s2 += value * (factor[c + k] ?? 0);
    s3 += value * (factor[d + k] ?? 0);
  }
  products[0] = s0;
  products[1] = s1;
  products[2] = s2;
  products[3] = s3;
}

function rowStart(i: number): number {
  return (i * (i + 1)) / 2;
}
