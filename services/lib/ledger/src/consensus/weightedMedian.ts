const BUCKETS = 256;
const FEW = 16;

/** Working memory of `weightedMedian`; one serves a whole epoch. */
export type MedianScratch = {
  readonly buckets: Float64Array;
  readonly values: Float64Array;
  readonly units: Float64Array;
};

export function createMedianScratch(capacity: number): MedianScratch {
  return {
    buckets: new Float64Array(BUCKETS),
    values: new Float64Array(capacity),
    units: new Float64Array(capacity),
  };
}

/**
 * The greatest value that holders of at least `needed` units of stake give or exceed: the score at which
 * ascending cumulative stake first exceeds the minority. 0 if there is none.
 *
 * PERF: O(length) by bucketing on the value, instead of sorting each column; units are whole numbers, so sums
 * are exact whatever their order.
 *
 * @param values 0, or from 2^-100 to 1: the quotient of a u16 and a sum of them is never smaller
 * @param units stake of each value (see `stakeUnits`)
 */
export function weightedMedian(
  values: Float64Array,
  units: Float64Array,
  needed: number,
  scratch: MedianScratch,
): number {
  let high = 0;
  for (let i = 0; i < values.length; i++) high = Math.max(high, values[i] ?? 0);
  return weightedMedianUpTo(values, units, { needed, high }, scratch);
}

/** `weightedMedian` for a caller that knows the greatest value. */
export function weightedMedianUpTo(
  values: Float64Array,
  units: Float64Array,
  at: { readonly needed: number; readonly high: number },
  scratch: MedianScratch,
): number {
  if (at.high <= 0) return 0;
  let range: Range = { low: 0, scale: (BUCKETS - 1) / at.high, above: 0, needed: at.needed };
  const column = { values, units, count: values.length };
  let found = findBucket(column, range, scratch.buckets);
  let count = keepBucket(column, range, found.bucket, scratch);
  while (count > FEW) {
    const [low, high] = rangeOf(scratch.values, count);
    if (low === high) break;
    range = { low, scale: (BUCKETS - 1) / (high - low), above: found.above, needed: at.needed };
    const rest = { values: scratch.values, units: scratch.units, count };
    found = findBucket(rest, range, scratch.buckets);
    count = keepBucket(rest, range, found.bucket, scratch);
  }
  return selectFromFew(scratch, count, found.above, at.needed);
}

type StakedValues = { readonly values: Float64Array; readonly units: Float64Array; readonly count: number };

type Range = {
  readonly low: number;
  /** Buckets per unit of value. */
  readonly scale: number;
  /** Units above the range. */
  readonly above: number;
  readonly needed: number;
};

/** The bucket in which units from above reach what is needed, or -1; and the units above that bucket. */
function findBucket(
  { values, units, count }: StakedValues,
  range: Range,
  buckets: Float64Array,
): { bucket: number; above: number } {
  const { low, scale, needed } = range;
  buckets.fill(0);
  for (let i = 0; i < count; i++) {
    const bucket = Math.floor(((values[i] ?? 0) - low) * scale);
    buckets[bucket] = (buckets[bucket] ?? 0) + (units[i] ?? 0);
  }
  let above = range.above;
  for (let bucket = BUCKETS - 1; bucket >= 0; bucket--) {
    const held = buckets[bucket] ?? 0;
    if (held > 0 && above + held >= needed) return { bucket, above };
    above += held;
  }
  return { bucket: -1, above };
}

/** Collects the bucket's values above zero that have stake; the scratch may be read at the same time. */
function keepBucket(
  { values, units, count }: StakedValues,
  range: Range,
  bucket: number,
  scratch: MedianScratch,
): number {
  const { low, scale } = range;
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? 0;
    if (Math.floor((value - low) * scale) !== bucket) continue;
    const stake = units[i] ?? 0;
    if (value === 0 || stake === 0) continue;
    scratch.values[kept] = value;
    scratch.units[kept] = stake;
    kept++;
  }
  return kept;
}

function rangeOf(values: Float64Array, count: number): [number, number] {
  let low = values[0] ?? 0;
  let high = low;
  for (let i = 1; i < count; i++) {
    const value = values[i] ?? 0;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Takes the greatest remaining value again and again; the last ones may be many only if they are all equal. */
function selectFromFew(scratch: MedianScratch, count: number, above: number, needed: number): number {
  const { values, units } = scratch;
  let held = above;
  let limit = Number.POSITIVE_INFINITY;
  for (let round = 0; round < count; round++) {
    let best = 0;
    let stake = 0;
    for (let i = 0; i < count; i++) {
      const value = values[i] ?? 0;
      if (value >= limit || value < best) continue;
      if (value > best) stake = 0;
      best = value;
      stake += units[i] ?? 0;
    }
    held += stake;
    if (held >= needed || best === 0) return best;
    limit = best;
  }
  return 0;
}
