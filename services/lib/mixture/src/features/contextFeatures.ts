const BUCKETS = 512;

/** Features of a context: the buckets and, last, a constant 1. */
export const FEATURE_COUNT = BUCKETS + 1;

/** Hashed bigrams of a context: each bucket set has `value` = 1 / sqrt(buckets set); ascending. */
export type ContextFeatures = { readonly buckets: Uint16Array; readonly value: number };

/** Features of the bytes that the router may see (never of bytes to be predicted). Shorter than 2 bytes: none set. */
export function contextFeatures(prefix: Uint8Array): ContextFeatures {
  const set = new Uint8Array(BUCKETS);
  let count = 0;
  for (let i = 0; i + 1 < prefix.length; i++) {
    const bucket = bigramBucket(prefix[i] ?? 0, prefix[i + 1] ?? 0);
    if (set[bucket] === 0) count++;
    set[bucket] = 1;
  }
  const buckets = new Uint16Array(count);
  let at = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) if (set[bucket] === 1) buckets[at++] = bucket;
  return { buckets, value: count === 0 ? 0 : 1 / Math.sqrt(count) };
}

function bigramBucket(a: number, b: number): number {
  return (31 * a + 7_919 * b + ((a * b) % 1_031)) % BUCKETS;
}
