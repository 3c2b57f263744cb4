import type { Lane } from "@ganglion/ledger";

/** A transaction that passed the check, with what ordering needs. */
export type PooledTransaction = {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes as hex: its identity. */
  readonly hash: string;
  /** Account whose nonce it uses, as hex. */
  readonly sender: string;
  readonly nonce: number;
  readonly lane: Lane;
  readonly isRegistration: boolean;
  /** What only one waiting transaction of a sender may do, since a block takes one and no fee bounds the others. */
  readonly onceWaiting?: "endpoint" | "commit" | "reveal" | undefined;
  /** Of the last block that can take it, and the code by which later ones refuse it. */
  readonly lastHeight: number;
  readonly lateCode: "TX_EXPIRED" | "REGISTER_WORK_STALE";
};
