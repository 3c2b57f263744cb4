import type { PooledTransaction } from "../../src/core/pooledTransaction.ts";

/** A checked transaction with only what the test is about. */
export function entry(fields: Partial<PooledTransaction> & { readonly size?: number }): PooledTransaction {
  const { size = 10, ...rest } = fields;
  const made = {
    bytes: new Uint8Array(size),
    sender: "a",
    nonce: 0,
    lane: "transfers",
    isRegistration: false,
    lastHeight: 1_000,
    lateCode: "TX_EXPIRED",
    ...rest,
  } as const;
  return { hash: `${made.sender}:${made.nonce}`, ...made };
}
