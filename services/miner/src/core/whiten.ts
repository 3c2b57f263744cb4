/** Sums over rows, from which mean and covariance follow. */
export type WhiteningSums = {
  readonly width: number;
  count: number;
  readonly sum: Float64Array;
  /** Lower triangle of the sum of outer products, [width, width]. */
  readonly products: Float64Array;
};

export type Whitening = {
  readonly mean: Float64Array;
  /** Lower Cholesky factor of covariance + floor, [width, width]. */
  readonly factor: Float64Array;
};

/** Added to each variance: directions that carry nothing are not blown up without limit. */
const VARIANCE_FLOOR = 1e-4;

export function createWhiteningSums(width: number): WhiteningSums {
  return { width, count: 0, sum: new Float64Array(width), products: new Float64Array(width * width) };
}

/** PERF: width^2 / 2 multiply-adds a row. */
export function addWhiteningRow(sums: WhiteningSums, row: Float32Array): void {
  const { width, sum, products } = sums;
  sums.count++;
  for (let i = 0; i < width; i++) {
    const value = row[i] ?? 0;
    sum[i] = (sum[i] ?? 0) + value;
    if (value === 0) continue;
    const line = i * width;
    for (let j = 0; j <= i; j++) products[line + j] = (products[line + j] ?? 0) + value * (row[j] ?? 0);
  }
}

/** The map that makes the summed rows uncorrelated, with variance one. PERF: width^3 / 6 multiply-adds. */
export function fitWhitening({ width, count, sum, products }: WhiteningSums): Whitening {
  const mean = sum.map((value) => value / count);
  const factor = new Float64Array(width * width);
  for (let i = 0; i < width; i++)
    for (let j = 0; j <= i; j++) {
      const covariance = (products[i * width + j] ?? 0) / count - (mean[i] ?? 0) * (mean[j] ?? 0);
      let left = covariance + (i === j ? VARIANCE_FLOOR : 0);
      for (let k = 0; k < j; k++) left -= (factor[i * width + k] ?? 0) * (factor[j * width + k] ?? 0);
      factor[i * width + j] =
        i === j ? Math.sqrt(Math.max(left, VARIANCE_FLOOR)) : left / (factor[j * width + j] ?? 1);
    }
  return { mean, factor };
}

/** Whitens one row in place. PERF: width^2 / 2 multiply-adds. */
export function whitenRow(row: Float32Array, { mean, factor }: Whitening): void {
  const width = mean.length;
  for (let i = 0; i < width; i++) {
    let left = (row[i] ?? 0) - (mean[i] ?? 0);
    for (let k = 0; k < i; k++) left -= (factor[i * width + k] ?? 0) * (row[k] ?? 0);
    row[i] = left / (factor[i * width + i] ?? 1);
  }
}
