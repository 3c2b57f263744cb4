import type { Lane } from "@ganglion/ledger";
import { LaneEntries } from "./laneEntries.ts";
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

type MempoolCode = "MEMPOOL_NONCE_GAP" | "MEMPOOL_ACCOUNT_FULL" | "MEMPOOL_ONE_WAITS" | "MEMPOOL_FULL";

/** What the mempool may be full of. */
type Measure = "transactions" | "bytes";

/**
 * Checked transactions that wait for a block, in the order of their admission. An account's transactions have
 * consecutive nonces. When it is full, by number or by bytes, a lane below its fair part of that displaces the youngest
 * of the lane that has most of it.
 */
export class Mempool {
  private readonly limits: MempoolLimits;
  private readonly byHash = new Map<string, PooledTransaction>();
  private readonly bySender = new Map<string, PooledTransaction[]>();
  private readonly lanes = new Map<Lane, LaneEntries>(LANES.map((lane) => [lane, new LaneEntries()]));
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
    const { onceWaiting } = entry;
    if (onceWaiting !== undefined && own.some((other) => other.onceWaiting === onceWaiting))
      return refused(
        "MEMPOOL_ONE_WAITS",
        "one of the same kind waits, and a block takes one: send it after that",
      );
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
    this.lanes.get(entry.lane)?.add(entry);
  }

  private drop(entry: PooledTransaction): void {
    this.byHash.delete(entry.hash);
    this.bytes -= entry.bytes.length;
    this.lanes.get(entry.lane)?.delete(entry);
    const rest = (this.bySender.get(entry.sender) ?? []).filter((other) => other !== entry);
    if (rest.length === 0) this.bySender.delete(entry.sender);
    else this.bySender.set(entry.sender, rest);
  }

  /** Undefined: no room can be made, and nothing was evicted. */
  private makeRoom(entry: PooledTransaction): PooledTransaction[] | undefined {
    const evicted: PooledTransaction[] = [];
    for (;;) {
      const measure = this.lacking(entry);
      if (measure === undefined) return evicted;
      const victim = this.isBelowItsPart(entry, measure)
        ? this.youngestOf(this.fullestLane(measure), entry.sender)
        : undefined;
      if (victim === undefined) {
        for (const back of evicted.reverse()) this.insert(back);
        return undefined;
      }
      this.drop(victim);
      evicted.push(victim);
    }
  }

  /** What there is no more room of. */
  private lacking(entry: PooledTransaction): Measure | undefined {
    if (this.size + 1 > this.limits.maxTransactions) return "transactions";
    return this.bytes + entry.bytes.length > this.limits.maxBytes ? "bytes" : undefined;
  }

  private isBelowItsPart(entry: PooledTransaction, measure: Measure): boolean {
    const used = this.use(entry.lane, measure);
    return measure === "bytes"
      ? used + entry.bytes.length <= this.limits.maxBytes / LANES.length
      : used + 1 <= this.limits.maxTransactions / LANES.length;
  }

  private use(lane: Lane, measure: Measure): number {
    const entries = this.lanes.get(lane);
    return (measure === "bytes" ? entries?.sizeBytes : entries?.size) ?? 0;
  }

  private fullestLane(measure: Measure): Lane {
    return LANES.reduce((most, lane) => (this.use(lane, measure) > this.use(most, measure) ? lane : most));
  }

  /** Only an account's last one can go, or its others would have a gap in their nonces. */
  private youngestOf(lane: Lane, keepSender: string): PooledTransaction | undefined {
    return this.lanes
      .get(lane)
      ?.youngest(({ sender, nonce }) => sender !== keepSender && this.lastNonce(sender) === nonce);
  }
}

function refused(code: MempoolCode, message: string): Admission {
  return { kind: "refused", code, message };
}
