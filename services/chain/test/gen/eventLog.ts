import { type BusEvent, encodeEvent } from "@ganglion/events";
import { asHeight } from "@ganglion/types";
import { CommitBell } from "../../src/engine/commitBell.ts";

/** One event a block, three in every fifth, none in every seventh. */
export function eventsOf(first: number, last: number): BusEvent[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i).flatMap((height) =>
    Array.from({ length: countAt(height) }, (_, index) => ({
      height,
      index,
      ...encodeEvent({ kind: "BootstrapEnded", height: asHeight(height) }),
    })),
  );
}

function countAt(height: number): number {
  if (height % 7 === 0) return 0;
  return height % 5 === 0 ? 3 : 1;
}

/** A chain's event log in memory, that grows by whole blocks as a store's does. */
export class EventLog {
  readonly bell = new CommitBell(0);
  private readonly all: BusEvent[] = [];
  private prunedTo = 1;

  commit(blocks: number): void {
    const first = this.bell.committedHeight + 1;
    this.all.push(...eventsOf(first, first + blocks - 1));
    this.bell.ring(first + blocks - 1);
  }

  /** Drops the events of all blocks before this one. */
  prune(height: number): void {
    this.prunedTo = height;
  }

  firstHeight(): number {
    return this.prunedTo;
  }

  events(from: { readonly height: number; readonly index: number }, limit: number): BusEvent[] {
    const isFrom = ({ height, index }: BusEvent) =>
      height >= this.prunedTo && (height > from.height || (height === from.height && index >= from.index));
    const start = this.all.findIndex(isFrom);
    return start < 0 ? [] : this.all.slice(start, start + limit);
  }
}
