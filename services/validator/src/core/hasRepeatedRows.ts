/** Part of the rows of distinct contexts that may be equal: short contexts may mean the same to a model. */
const TOLERATED = 0.5;
const COMPARED_VALUES = 16;

/**
 * Whether an answer to distinct contexts repeats itself: most rows equal others of the same answer. Such an
 * answer was not computed from its contexts.
 */
export function hasRepeatedRows(rows: Float32Array, dim: number): boolean {
  const count = rows.length / dim;
  if (count < 4) return false;
  const seen = new Set<string>();
  const stride = Math.max(1, Math.floor(dim / COMPARED_VALUES));
  for (let row = 0; row < count; row++) {
    let key = "";
    for (let i = 0; i < dim; i += stride) key += `${rows[row * dim + i] ?? 0},`;
    seen.add(key);
  }
  return seen.size < count * (1 - TOLERATED);
}
