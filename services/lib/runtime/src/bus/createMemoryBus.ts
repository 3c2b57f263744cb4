import { type BusEvent, comparePositions, type EventPosition, gapBefore } from "@ganglion/events";
import type { Bus, ConsumeOptions } from "./bus.ts";
import { eventsGone, outOfStep } from "./busErrors.ts";

export type MemoryBusOptions = {
  /** The oldest are dropped beyond it. Default 100,000. */
  readonly maxEvents?: number;
};

const DEFAULT_MAX_EVENTS = 100_000;
/** Room is made in steps: to move all events for each new one would cost their number. */
const DROPPED_AT_ONCE = 0.1;

/** A bus within one process, empty at its start. */
export function createMemoryBus({ maxEvents = DEFAULT_MAX_EVENTS }: MemoryBusOptions = {}): Bus {
  const events: BusEvent[] = [];
  const wakers = new Set<() => void>();
  let isClosed = false;
  let dropped = 0;

  const wakeAll = () => {
    for (const wake of [...wakers]) wake();
  };
  const last = () => events.at(-1);
  const append = (added: readonly BusEvent[]) => {
    for (const event of added) {
      const end = last();
      if (end !== undefined && comparePositions(event, end) <= 0) throw outOfStep();
      events.push(event);
    }
    if (events.length <= maxEvents) return;
    const excess = Math.max(events.length - maxEvents, Math.floor(maxEvents * DROPPED_AT_ONCE));
    dropped += events.splice(0, excess).length;
  };

  return {
    last: () => Promise.resolve(last()),
    publish: async (added) => {
      try {
        append(added);
      } finally {
        wakeAll();
      }
    },
    consume: (options, signal) => readEvents(options, signal),
    close: async () => {
      isClosed = true;
      wakeAll();
    },
  };

  async function* readEvents({ fromHeight }: ConsumeOptions, signal: AbortSignal) {
    let next: EventPosition = { height: fromHeight, index: 0 };
    while (!signal.aborted && !isClosed) {
      const oldest = events[0];
      if (dropped > 0 && oldest !== undefined && comparePositions(next, oldest) < 0)
        throw eventsGone(next.height, oldest);
      const event = events[firstFrom(events, next)];
      if (event === undefined) {
        await nextEvent(wakers, signal);
        continue;
      }
      const gapEnd = gapBefore(event, next);
      if (gapEnd !== undefined) throw eventsGone(next.height, { height: gapEnd, index: 0 });
      next = { height: event.height, index: event.index + 1 };
      yield event;
    }
  }
}

/** PERF: O(log n), n = events held. */
function firstFrom(events: readonly BusEvent[], position: EventPosition): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const event = events[middle];
    if (event !== undefined && comparePositions(event, position) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nextEvent(wakers: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      wakers.delete(wake);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    wakers.add(wake);
    signal.addEventListener("abort", wake, { once: true });
  });
}
