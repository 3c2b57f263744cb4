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

/** `medianOfScratch` of any values >= 0 with any stake >= 0. */
export function weightedMedian(
  values: Float64Array,
  units: Float64Array,
  needed: number,
  scratch: MedianScratch,
): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    scratch.values[count] = values[i] ?? 0;
    scratch.units[count] = units[i] ?? 0;
    if ((values[i] ?? 0) > 0 && (units[i] ?? 0) > 0) count++;
  }
  return medianOfScratch(scratch, count, needed);
}

/**
 * The greatest value that holders of at least `needed` units of stake give or exceed: the score at which
 * ascending cumulative stake first exceeds the minority. 0 if there is none. Reads, and uses up, the first
 * `length` values (finite, > 0) and units (> 0, see `stakeUnits`) of the scratch.
 *
 * PERF: O(length) by bucketing on the value, instead of sorting each column; units are whole numbers, so sums
 * are exact whatever their order.
 */
export function medianOfScratch(scratch: MedianScratch, length: number, needed: number): number {
  let count = length;
  let above = 0;
  while (count > FEW) {
    const [low, high] = rangeOf(scratch.values, count);
    if (low === high) break;
    const scale = (BUCKETS - 1) / (high - low);
    const chosen = fillBuckets(scratch, count, { low, scale, above, needed });
    if (chosen.bucket < 0) return 0;
    above = chosen.above;
    count = keepBucket(scratch, count, { low, scale, bucket: chosen.bucket });
  }
  return selectFromFew(scratch, count, above, needed);
}

function fillBuckets(
  scratch: MedianScratch,
  count: number,
  range: { low: number; scale: number; above: number; needed: number },
): { bucket: number; above: number } {
  const { buckets, values, units } = scratch;
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

function keepBucket(
  scratch: MedianScratch,
  count: number,
  range: { low: number; scale: number; bucket: number },
): number {
  const { values, units } = scratch;
  const { low, scale, bucket } = range;
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? 0;
    values[kept] = value;
    units[kept] = units[i] ?? 0;
    if (Math.floor((value - low) * scale) === bucket) kept++;
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
