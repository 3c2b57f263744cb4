import type { Lane } from "@ganglion/ledger";
import type { BlockLimits } from "./blockLimits.ts";
import { LANES, REGISTRATIONS_PER_BLOCK } from "./lanes.ts";
import type { PooledTransaction } from "./pooledTransaction.ts";

/**
 * Chooses and orders what goes into a block: lane by lane, each lane first up to its equal part of the bytes, then
 * whoever still waits. In a lane senders take turns; an account's transactions keep their nonce order across lanes.
 * @param waiting in order of admission, each account's nonces ascending
 * @param succeeds told each that has room, in the block's order: whether it succeeds after those chosen before it. Of the
 * sender of one that does not, nothing more is taken.
 */
export function selectTransactions(
  waiting: readonly PooledTransaction[],
  { maxBytes, maxPerSender }: BlockLimits,
  succeeds: (entry: PooledTransaction) => boolean = () => true,
): PooledTransaction[] {
  const queues = queueBySender(waiting, maxPerSender);
  const selection = new Selection(maxBytes, succeeds);
  const share = Math.floor(maxBytes / LANES.length);
  takeRounds(queues, selection, share);
  takeRounds(queues, selection, maxBytes);
  return selection.taken;
}

class Selection {
  readonly taken: PooledTransaction[] = [];
  private readonly succeeds: (entry: PooledTransaction) => boolean;
  private bytesLeft: number;
  private registrations = 0;
  private readonly laneBytes = new Map<Lane, number>();

  constructor(maxBytes: number, succeeds: (entry: PooledTransaction) => boolean) {
    this.bytesLeft = maxBytes;
    this.succeeds = succeeds;
  }

  hasRoom({ bytes, lane, isRegistration }: PooledTransaction, laneLimit: number): boolean {
    const size = bytes.length;
    if (size > this.bytesLeft || this.laneUse(lane) + size > laneLimit) return false;
    return !isRegistration || this.registrations < REGISTRATIONS_PER_BLOCK;
  }

  take(entry: PooledTransaction): boolean {
    if (!this.succeeds(entry)) return false;
    const size = entry.bytes.length;
    if (entry.isRegistration) this.registrations++;
    this.bytesLeft -= size;
    this.laneBytes.set(entry.lane, this.laneUse(entry.lane) + size);
    this.taken.push(entry);
    return true;
  }

  private laneUse(lane: Lane): number {
    return this.laneBytes.get(lane) ?? 0;
  }
}

/** A sender's transactions that may still be taken, from `next` on. */
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

/**
 * Goes over the lanes until none gives any more: taking one may free an earlier lane's next one. Senders of whom less was
 * taken before come first.
 */
function takeRounds(senders: readonly SenderQueue[], selection: Selection, laneLimit: number): void {
  const queues = senders.toSorted((a, b) => a.next - b.next);
  for (let progress = true; progress; ) {
    progress = false;
    for (const lane of LANES) if (takeTurns(queues, lane, selection, laneLimit)) progress = true;
  }
}

/** One of each sender, then of each who gave one the next, until nobody has more for the lane. */
function takeTurns(
  queues: readonly SenderQueue[],
  lane: Lane,
  selection: Selection,
  laneLimit: number,
): boolean {
  let open = queues.filter((queue) => takeNext(queue, lane, selection, laneLimit));
  const took = open.length > 0;
  while (open.length > 0) open = open.filter((queue) => takeNext(queue, lane, selection, laneLimit));
  return took;
}

function takeNext(queue: SenderQueue, lane: Lane, selection: Selection, laneLimit: number): boolean {
  const head = queue.entries[queue.next];
  if (head === undefined || head.lane !== lane || !selection.hasRoom(head, laneLimit)) return false;
  const took = selection.take(head);
  queue.next = took ? queue.next + 1 : queue.entries.length;
  return took;
}
