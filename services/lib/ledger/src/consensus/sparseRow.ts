/** One row of a sparse matrix of u16: `values[k]` stands in column `uids[k]`; uids ascend, no duplicates, no zeros needed. */
export type SparseRow = { readonly uids: Uint16Array; readonly values: Uint16Array };

export const EMPTY_ROW: SparseRow = { uids: new Uint16Array(0), values: new Uint16Array(0) };
