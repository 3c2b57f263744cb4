import type { LedgerState, VerifySignature } from "@ganglion/ledger";
import { bytesToHex } from "@ganglion/types";
import { readBlockLimits } from "./blockLimits.ts";
import { Mempool, type MempoolLimits } from "./mempool.ts";
import { checkNew, type Dropped, findLate, recheckWaiting } from "./pendingChecks.ts";
import { Refusals, type Refused } from "./refusals.ts";
import { selectTransactions } from "./selectTransactions.ts";

/** Dropping makes room for others in the next block, which are then checked. */
const RECHECK_ROUNDS = 4;
const EVICTED: Refused = {
  code: "MEMPOOL_EVICTED",
  message: "displaced by transactions of a lane with less: send it again",
};

/** The mempool under the ledger's rules: what they admit waits, and what a block makes void is dropped with its reason. */
export class CheckedMempool {
  readonly mempool: Mempool;
  private readonly verifySignature: VerifySignature;
  private readonly refusals = new Refusals();

  constructor(limits: MempoolLimits, verifySignature: VerifySignature) {
    this.mempool = new Mempool(limits);
    this.verifySignature = verifySignature;
  }

  /** @returns why it does not wait; undefined once it does */
  admit(state: LedgerState, transaction: Uint8Array, hash: Uint8Array): Refused | undefined {
    if (this.mempool.has(bytesToHex(hash)))
      return { code: "MEMPOOL_KNOWN", message: "it is waiting already" };
    const { mempool, verifySignature } = this;
    const outcome = checkNew(transaction, { state, mempool, verifySignature });
    if (outcome.kind === "refused") return { code: outcome.code, message: outcome.message };
    const admission = mempool.add(outcome.entry);
    if (admission.kind === "refused") return { code: admission.code, message: admission.message };
    for (const entry of admission.evicted) this.refusals.remember(entry.hash, EVICTED);
    this.refusals.forget(outcome.entry.hash);
    return undefined;
  }

  /** The same of one that an engine's own mempool holds: it may wait here, have been dropped, or be new. */
  readmit(state: LedgerState, transaction: Uint8Array, hash: Uint8Array): Refused | undefined {
    const key = bytesToHex(hash);
    if (this.mempool.has(key)) return undefined;
    return this.refusals.of(key) ?? this.admit(state, transaction, hash);
  }

  /**
   * After the block at a height that took these. PERF: beyond heights, checks again what the next block would take, not all
   * that waits: a flood must not delay blocks.
   */
  settle(state: LedgerState, height: number, taken: Iterable<string>): void {
    this.mempool.remove(taken);
    this.drop(findLate(this.mempool.waiting(), height + 1));
    const limits = readBlockLimits(state);
    for (let round = 0; round < RECHECK_ROUNDS; round++) {
      const next = selectTransactions(this.mempool.waiting(), limits);
      const dropped = recheckWaiting(state, next);
      if (dropped.length === 0) return;
      this.drop(dropped);
    }
  }

  /** Why a transaction that was admitted waits no more, if it was dropped. */
  refusalOf(hash: string): Refused | undefined {
    return this.refusals.of(hash);
  }

  private drop(dropped: readonly Dropped[]): void {
    for (const { entry, code, message } of dropped) this.refusals.remember(entry.hash, { code, message });
    this.mempool.remove(dropped.map(({ entry }) => entry.hash));
  }
}
