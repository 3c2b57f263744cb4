/** One row of a [rows x vocabulary] array of probabilities. */
export type Distribution = { readonly values: ArrayLike<number>; readonly start: number };

/** Entropy in bits. */
export function entropyBits({ values, start }: Distribution, length: number): number {
  let sum = 0;
  for (let i = start; i < start + length; i++) {
    const p = values[i] ?? 0;
    if (p > 0) sum -= p * Math.log2(p);
  }
  return sum;
}

/**
 * Jensen-Shannon divergence in bits, 0 to 1: entropy of the mean less the mean of the entropies, which are handed in
 * because each row is compared with several others.
 */
export function jensenShannonBits(
  a: Distribution & { readonly entropy: number },
  b: Distribution & { readonly entropy: number },
  length: number,
): number {
  let entropy = 0;
  for (let i = 0; i < length; i++) {
    const p = ((a.values[a.start + i] ?? 0) + (b.values[b.start + i] ?? 0)) / 2;
    if (p > 0) entropy -= p * Math.log2(p);
  }
  return Math.max(entropy - (a.entropy + b.entropy) / 2, 0);
}
