import type { BusEvent, EventPosition } from "@ganglion/events";
import type { Bus } from "@ganglion/runtime/bus";
import { backoffMs, pause } from "@ganglion/runtime/retry";
import { errorCode, errorMessage, type Logger } from "@ganglion/types";
import type { CommitBell } from "../engine/commitBell.ts";
import type { PublisherMetrics } from "../metrics.ts";
import type { ChainStore } from "./store.ts";

export type PublisherModules = {
  /** Its event log is the outbox: written with each block, read again whenever the bus ends before it. */
  readonly store: Pick<ChainStore, "events" | "firstHeight">;
  readonly bell: CommitBell;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly metrics?: PublisherMetrics;
};

/** Bounds memory, and the time for which publishing holds the thread that makes blocks. */
const PAGE = 256;
const MAX_BACKOFF_MS = 10_000;

/**
 * Brings committed events to a bus, in order and each once. The bus itself remembers how far it came, so nothing is
 * stored for it here: after an outage, a crash or with an emptied stream it goes on after the bus's last event.
 */
export class Publisher {
  private readonly modules: PublisherModules;
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();
  /** Events of blocks up to this one are on the bus. */
  private publishedHeight = 0;
  /** Code of the failure that lasts. */
  private failure: string | undefined;
  /** The first block after a gap that the next event has to tell of. */
  private gapEnd: number | undefined;
  /** The first block after a gap that was reported. */
  private reportedGapEnd = 0;

  constructor(modules: PublisherModules) {
    this.modules = modules;
    modules.metrics?.observe(() => ({
      publishedHeight: this.publishedHeight,
      lagBlocks: Math.max(0, modules.bell.committedHeight - this.publishedHeight),
    }));
  }

  /** Returns at once; failures are logged, counted and tried again. */
  start(): void {
    this.running = this.run(this.stop.signal);
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.running;
    await this.modules.bus.close();
  }

  private async run(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        let next = await this.resume(signal);
        while (!signal.aborted) {
          next = await this.publishPage(next, signal);
          attempt = 0;
        }
      } catch (error) {
        if (signal.aborted) return;
        this.reportFailure(error);
        await pause(backoffMs(attempt, MAX_BACKOFF_MS), signal);
      }
    }
  }

  /** Where to go on. */
  private async resume(signal: AbortSignal): Promise<EventPosition> {
    this.gapEnd = undefined;
    const last = await this.modules.bus.last(signal);
    return last ? following(last) : { height: 1, index: 0 };
  }

  /** @returns what follows the page; waits for a block where there is none */
  private async publishPage(next: EventPosition, signal: AbortSignal): Promise<EventPosition> {
    const { bell, bus, metrics } = this.modules;
    const seenHeight = bell.committedHeight;
    const page = this.readPage(next);
    const last = page.at(-1);
    if (last !== undefined) {
      await bus.publish(page, signal);
      this.gapEnd = undefined;
      metrics?.published.inc(page.length);
    }
    const isCaughtUp = page.length < PAGE;
    this.publishedHeight = isCaughtUp || last === undefined ? seenHeight : last.height - 1;
    this.reportRecovery();
    if (!isCaughtUp) return following(last ?? next);
    await bell.wait(seenHeight, signal);
    // All of these blocks are on the bus, whether or not they had events: that they are pruned leaves no gap.
    return seenHeight < next.height ? next : { height: seenHeight + 1, index: 0 };
  }

  /** Its first event tells readers of the blocks that were pruned before it. */
  private readPage(next: EventPosition): readonly BusEvent[] {
    const { store } = this.modules;
    const firstHeight = store.firstHeight() ?? 0;
    if (firstHeight > next.height) {
      this.gapEnd = firstHeight;
      this.reportGap(next.height, firstHeight);
    }
    const [first, ...others] = store.events(next, PAGE);
    if (first === undefined) return [];
    return [{ ...first, ...(this.gapEnd !== undefined && { wholeFrom: this.gapEnd }) }, ...others];
  }

  private reportGap(fromHeight: number, toHeight: number): void {
    if (toHeight <= this.reportedGapEnd) return;
    const from = Math.max(fromHeight, this.reportedGapEnd);
    this.reportedGapEnd = toHeight;
    this.modules.metrics?.skippedBlocks.inc(toHeight - from);
    this.modules.logger.error("events were pruned before they were published", {
      fromHeight: from,
      toHeight: toHeight - 1,
    });
  }

  private reportFailure(error: unknown): void {
    const { metrics, logger, bell } = this.modules;
    const code = errorCode(error);
    metrics?.errors.inc({ code });
    if (this.failure === code) return;
    this.failure = code;
    logger.warn("events are not published", {
      code,
      error: errorMessage(error),
      publishedHeight: this.publishedHeight,
      height: bell.committedHeight,
    });
  }

  private reportRecovery(): void {
    if (this.failure === undefined) return;
    this.failure = undefined;
    this.modules.logger.info("events are published again", {
      publishedHeight: this.publishedHeight,
      height: this.modules.bell.committedHeight,
    });
  }
}

function following({ height, index }: EventPosition): EventPosition {
  return { height, index: index + 1 };
}
