import { type LedgerState, readParams } from "@ganglion/ledger";

/** What a block takes at most: bytes, and transactions of one sender (rule FEE-5). */
export type BlockLimits = { readonly maxBytes: number; readonly maxPerSender: number };

/** Of the block after this state. */
export function readBlockLimits(state: LedgerState): BlockLimits {
  const { maxBlockBytes, maxAccountTxsPerBlock } = readParams(state);
  return { maxBytes: maxBlockBytes, maxPerSender: maxAccountTxsPerBlock };
}
