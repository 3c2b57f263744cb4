import type { Lane } from "@ganglion/ledger";
import { LANES, REGISTRATIONS_PER_BLOCK } from "./lanes.ts";
import type { PooledTransaction } from "./pooledTransaction.ts";

/** What a block takes at most: bytes, and transactions of one sender (rule FEE-5). */
export type BlockLimits = { readonly maxBytes: number; readonly maxPerSender: number };

/**
 * Chooses and orders what goes into a block: lane by lane, each lane first up to its equal part of the bytes,
 * then whoever still waits; an account's transactions keep their nonce order across lanes.
 * @param waiting in order of admission, each account's nonces ascending
 */
export function selectTransactions(
  waiting: readonly PooledTransaction[],
  { maxBytes, maxPerSender }: BlockLimits,
): PooledTransaction[] {
  const queues = queueBySender(waiting, maxPerSender);
  const selection = new Selection(maxBytes);
  const share = Math.floor(maxBytes / LANES.length);
  takeRounds(queues, selection, share);
  takeRounds(queues, selection, maxBytes);
  return selection.taken;
}

class Selection {
  readonly taken: PooledTransaction[] = [];
  private bytesLeft: number;
  private registrations = 0;
  private readonly laneBytes = new Map<Lane, number>();

  constructor(maxBytes: number) {
    this.bytesLeft = maxBytes;
  }

  take(entry: PooledTransaction, laneLimit: number): boolean {
    const size = entry.bytes.length;
    const used = this.laneBytes.get(entry.lane) ?? 0;
    if (size > this.bytesLeft || used + size > laneLimit) return false;
    if (entry.isRegistration && this.registrations >= REGISTRATIONS_PER_BLOCK) return false;
    if (entry.isRegistration) this.registrations++;
    this.bytesLeft -= size;
    this.laneBytes.set(entry.lane, used + size);
    this.taken.push(entry);
    return true;
  }
}

type SenderQueue = { readonly entries: readonly PooledTransaction[]; next: number };

function queueBySender(waiting: readonly PooledTransaction[], maxPerSender: number): SenderQueue[] {
  const bySender = new Map<string, PooledTransaction[]>();
  for (const entry of waiting) {
    const own = bySender.get(entry.sender);
    if (own === undefined) bySender.set(entry.sender, [entry]);
    else if (own.length < maxPerSender) own.push(entry);
  }
  return Array.from(bySender.values(), (entries) => ({ entries, next: 0 }));
}

/** Goes over the lanes until none gives any more: taking one may free an earlier lane's next one. */
function takeRounds(queues: readonly SenderQueue[], selection: Selection, laneLimit: number): void {
  for (let progress = true; progress; ) {
    progress = false;
    for (const lane of LANES)
      for (const queue of queues) if (takeRun(queue, lane, selection, laneLimit)) progress = true;
  }
}

function takeRun(queue: SenderQueue, lane: Lane, selection: Selection, laneLimit: number): boolean {
  let took = false;
  for (;;) {
    const head = queue.entries[queue.next];
    if (head === undefined || head.lane !== lane || !selection.take(head, laneLimit)) return took;
    queue.next++;
    took = true;
  }
}
