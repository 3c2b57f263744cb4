/** Waits that grow from `baseMs` twofold to `maxMs`. */
export type BackoffLimits = { readonly baseMs: number; readonly maxMs: number };

/** A source of numbers in [0, 1). */
export type RandomSource = () => number;

/** Beyond this many doublings every limit is reached. */
const MOST_DOUBLINGS = 40;

/**
 * The wait before try `failures + 1`, milliseconds: exponential, then spread by a quarter to both sides so that
 * many that failed together do not return together.
 */
export function backoffDelayMs(failures: number, limits: BackoffLimits, random: RandomSource): number {
  const grown = limits.baseMs * 2 ** Math.min(failures, MOST_DOUBLINGS);
  return Math.min(grown, limits.maxMs) * (0.75 + random() / 2);
}
