import type { Lane } from "@ganglion/ledger";
import { LANES } from "./lanes.ts";
import type { PooledTransaction } from "./pooledTransaction.ts";

export type MempoolLimits = {
  readonly maxTransactions: number;
  readonly maxBytes: number;
  readonly maxPerAccount: number;
};

export type Admission =
  | { readonly kind: "admitted"; readonly evicted: readonly PooledTransaction[] }
  | { readonly kind: "refused"; readonly code: MempoolCode; readonly message: string };

type MempoolCode = "MEMPOOL_NONCE_GAP" | "MEMPOOL_ACCOUNT_FULL" | "MEMPOOL_FULL";

/**
 * Checked transactions that wait for a block, in the order of their admission. An account's transactions have
 * consecutive nonces. When it is full a lane below its fair part displaces the youngest of the fullest lane.
 */
export class Mempool {
  private readonly limits: MempoolLimits;
  private readonly byHash = new Map<string, PooledTransaction>();
  private readonly bySender = new Map<string, PooledTransaction[]>();
  private readonly laneSizes = new Map<Lane, number>();
  private bytes = 0;

  constructor(limits: MempoolLimits) {
    this.limits = limits;
  }

  get size(): number {
    return this.byHash.size;
  }

  get sizeBytes(): number {
    return this.bytes;
  }

  has(hash: string): boolean {
    return this.byHash.has(hash);
  }

  /** Nonce of the account's last waiting transaction. */
  lastNonce(sender: string): number | undefined {
    return this.bySender.get(sender)?.at(-1)?.nonce;
  }

  /** In the order of admission, so that an account's nonces ascend. */
  waiting(): PooledTransaction[] {
    return [...this.byHash.values()];
  }

  add(entry: PooledTransaction): Admission {
    const own = this.bySender.get(entry.sender) ?? [];
    if (own.length >= this.limits.maxPerAccount)
      return refused(
        "MEMPOOL_ACCOUNT_FULL",
        `the account has ${own.length} waiting: send more after a block`,
      );
    const last = own.at(-1);
    if (last !== undefined && entry.nonce !== last.nonce + 1)
      return refused("MEMPOOL_NONCE_GAP", `the nonce must be ${last.nonce + 1}, after those that wait`);
    const evicted = this.makeRoom(entry);
    if (evicted === undefined)
      return refused("MEMPOOL_FULL", "too many transactions wait in this lane: send it again after a block");
    this.insert(entry);
    return { kind: "admitted", evicted };
  }

  /** Takes out transactions by hash; unknown hashes are ignored. */
  remove(hashes: Iterable<string>): void {
    for (const hash of hashes) {
      const entry = this.byHash.get(hash);
      if (entry !== undefined) this.drop(entry);
    }
  }

  private insert(entry: PooledTransaction): void {
    this.byHash.set(entry.hash, entry);
    const own = this.bySender.get(entry.sender);
    if (own === undefined) this.bySender.set(entry.sender, [entry]);
    else own.push(entry);
    this.bytes += entry.bytes.length;
    this.laneSizes.set(entry.lane, this.laneSize(entry.lane) + 1);
  }

  private drop(entry: PooledTransaction): void {
    this.byHash.delete(entry.hash);
    this.bytes -= entry.bytes.length;
    this.laneSizes.set(entry.lane, this.laneSize(entry.lane) - 1);
    const rest = (this.bySender.get(entry.sender) ?? []).filter((other) => other !== entry);
    if (rest.length === 0) this.bySender.delete(entry.sender);
    else this.bySender.set(entry.sender, rest);
  }

  private isFull(extraBytes: number): boolean {
    return this.size + 1 > this.limits.maxTransactions || this.bytes + extraBytes > this.limits.maxBytes;
  }

  /** Undefined: no room can be made, and nothing was evicted. */
  private makeRoom(entry: PooledTransaction): PooledTransaction[] | undefined {
    if (!this.isFull(entry.bytes.length)) return [];
    if (this.laneSize(entry.lane) >= this.limits.maxTransactions / LANES.length) return undefined;
    const evicted: PooledTransaction[] = [];
    while (this.isFull(entry.bytes.length)) {
      const victim = this.youngestOf(this.fullestLane(), entry.sender);
      if (victim === undefined) {
        for (const back of evicted.reverse()) this.insert(back);
        return undefined;
      }
      this.drop(victim);
      evicted.push(victim);
    }
    return evicted;
  }

  private laneSize(lane: Lane): number {
    return this.laneSizes.get(lane) ?? 0;
  }

  private fullestLane(): Lane {
    return LANES.reduce((most, lane) => (this.laneSize(lane) > this.laneSize(most) ? lane : most));
  }

  /** Only an account's last one can go, or its others would have a gap in their nonces. */
  private youngestOf(lane: Lane, keepSender: string): PooledTransaction | undefined {
    return this.waiting().findLast(
      (entry) =>
        entry.lane === lane &&
        entry.sender !== keepSender &&
        this.bySender.get(entry.sender)?.at(-1) === entry,
    );
  }
}

function refused(code: MempoolCode, message: string): Admission {
  return { kind: "refused", code, message };
}
