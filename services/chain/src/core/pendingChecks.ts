import {
  type BlockContext,
  checkTransaction,
  type LedgerState,
  openTrial,
  REJECTIONS,
  readParams,
  type TrialBlock,
  type VerifySignature,
} from "@ganglion/ledger";
import { type ActionKind, bytesToHex, decodeSignedTransaction } from "@ganglion/types";
import type { Mempool } from "./mempool.ts";
import type { PooledTransaction } from "./pooledTransaction.ts";

export type CheckOutcome =
  | { readonly kind: "valid"; readonly entry: PooledTransaction }
  | { readonly kind: "refused"; readonly code: string; readonly message: string };

export type CheckOptions = {
  readonly state: LedgerState;
  readonly mempool: Mempool;
  readonly verifySignature: VerifySignature;
};

export type Dropped = {
  readonly entry: PooledTransaction;
  readonly code: string;
  readonly message: string;
};

const ONCE_WAITING: ReadonlyMap<ActionKind, PooledTransaction["onceWaiting"]> = new Map([
  ["serve", "endpoint"],
  ["unserve", "endpoint"],
  ["commitWeights", "commit"],
  ["revealWeights", "reveal"],
]);

/** Checks a new transaction against the state as it will be after those of its sender that wait. */
export function checkNew(bytes: Uint8Array, { state, mempool, verifySignature }: CheckOptions): CheckOutcome {
  const sender = readSender(bytes);
  const waiting = sender === undefined ? undefined : mempool.lastNonce(sender);
  const check = checkTransaction(state, bytes, {
    verifySignature,
    ...(waiting !== undefined && { expectedNonce: waiting + 1 }),
  });
  if (!check.ok) return { kind: "refused", code: check.code, message: check.message };
  const { nonce, kind, lane } = check;
  return {
    kind: "valid",
    entry: {
      bytes,
      hash: bytesToHex(check.hash),
      sender: bytesToHex(check.sender),
      nonce,
      lane,
      isRegistration: lane === "registration",
      onceWaiting: ONCE_WAITING.get(kind),
      ...(lane === "registration"
        ? lastBlock(bytes, readParams(state).workValidBlocks)
        : expiry(check.validUntil)),
    },
  };
}

type LastBlock = Pick<PooledTransaction, "lastHeight" | "lateCode">;

/** Rule TX-4. */
function expiry(validUntil: number): LastBlock {
  return { lastHeight: validUntil, lateCode: "TX_EXPIRED" };
}

/** Rules TX-4 and REG-2. PERF: of a registration alone, since it is read once more. */
function lastBlock(bytes: Uint8Array, workValidBlocks: number): LastBlock {
  const { validUntil, action } = decodeSignedTransaction(bytes).body;
  if (action.kind !== "register" || action.proof.kind !== "work") return expiry(validUntil);
  const lastHeight = action.proof.height + workValidBlocks;
  return lastHeight < validUntil ? { lastHeight, lateCode: "REGISTER_WORK_STALE" } : expiry(validUntil);
}

/**
 * What no block from this height on can take. PERF: by heights alone, so that all that waits can be looked at after
 * each block, and a flood of old registrations, of which a block takes one, cannot hold back those that are good.
 */
export function findLate(waiting: readonly PooledTransaction[], height: number): Dropped[] {
  return waiting
    .filter(({ lastHeight }) => lastHeight < height)
    .map((entry) => ({ entry, code: entry.lateCode, message: REJECTIONS[entry.lateCode] }));
}

/**
 * What must leave the mempool after a block, of these in order: each is checked again, signatures aside, since they
 * were found good before and nothing of the state enters them.
 */
export function recheckWaiting(state: LedgerState, waiting: readonly PooledTransaction[]): Dropped[] {
  const nextNonce = new Map<string, number>();
  const dropped: Dropped[] = [];
  for (const entry of waiting) {
    const expectedNonce = nextNonce.get(entry.sender);
    const check = checkTransaction(state, entry.bytes, {
      verifySignature: () => true,
      ...(expectedNonce !== undefined && { expectedNonce }),
    });
    if (check.ok) nextNonce.set(entry.sender, entry.nonce + 1);
    else dropped.push({ entry, code: check.code, message: check.message });
  }
  return dropped;
}

/** Rule FEE-5: whether each of these, in this order, succeeds in the next block, as a correct proposer's do. */
export function areProposable(
  state: LedgerState,
  { transactions, ...block }: TrialBlock & { readonly transactions: readonly Uint8Array[] },
  context: BlockContext,
): boolean {
  const run = openTrial(state, block, context);
  return transactions.every((bytes) => run(bytes).code === "OK");
}

/** Undefined for bytes that are no transaction: the check says what is wrong with them. */
function readSender(bytes: Uint8Array): string | undefined {
  try {
    return bytesToHex(decodeSignedTransaction(bytes).body.sender);
  } catch {
    return undefined;
  }
}
