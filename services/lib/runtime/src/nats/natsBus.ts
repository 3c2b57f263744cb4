import { type BusEvent, type EventPosition, encodeEnvelope, eventId, eventSubject } from "@ganglion/events";
import { GanglionError, InvariantError } from "@ganglion/types";
import type { NatsConnection } from "nats";
import type { Bus, ConsumeOptions } from "../bus/bus.ts";
import { outOfStep } from "../bus/busErrors.ts";
import { backoffMs, pause } from "../retry/index.ts";
import { toBusError } from "./busError.ts";
import { connectNats } from "./connectNats.ts";
import { EventStream } from "./eventStream.ts";
import type { NatsOptions } from "./natsSchema.ts";
import { readStream } from "./readStream.ts";

export type NatsBusOptions = NatsOptions & {
  /** Hash of the network's genesis in hex. */
  readonly genesis: string;
};

const ACK_MS = 5_000;
const MAX_BACKOFF_MS = 5_000;
/** A reader waits these out. */
const PASSING: ReadonlySet<string> = new Set(["BUS_UNREACHABLE", "BUS_FULL"]);

/**
 * The bus as a JetStream stream. Each message names the sequence that must be the stream's last, so that the server
 * itself refuses what is lost, late or repeated, whoever publishes and however long ago.
 */
export class NatsBus implements Bus {
  private readonly options: NatsBusOptions;
  private opening: Promise<EventStream> | undefined;
  private isClosed = false;
  /** Sequence of the stream's last message, as `last` or the latest publish saw it. */
  private lastSequence: number | undefined;

  constructor(options: NatsBusOptions) {
    this.options = options;
  }

  last(signal: AbortSignal): Promise<EventPosition | undefined> {
    return this.attempt(signal, async (stream) => {
      const { last_seq: sequence } = await stream.state();
      const last = await stream.last();
      // Newer than the state where another publisher came between; older where messages were deleted.
      this.lastSequence = Math.max(sequence, last?.sequence ?? 0);
      return last && { height: last.envelope.height, index: last.envelope.index };
    });
  }

  publish(events: readonly BusEvent[], signal: AbortSignal): Promise<void> {
    return this.attempt(signal, async ({ connection }) => {
      const [first, ...others] = events;
      const base = this.lastSequence;
      if (first === undefined) return;
      if (base === undefined) throw new InvariantError("publish without `last` before it");
      this.lastSequence = undefined;
      // Alone: once it is taken, each of the others can only land in its own place, whatever else happens.
      await this.send(connection, first, base);
      const acks = others.map((event, i) => this.send(connection, event, base + 1 + i));
      const failed = (await Promise.allSettled(acks)).find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") throw failed.reason;
      this.lastSequence = base + events.length;
    });
  }

  async *consume({ fromHeight }: ConsumeOptions, signal: AbortSignal): AsyncGenerator<BusEvent> {
    let next = { height: fromHeight, index: 0 };
    for (let attempt = 0; !signal.aborted && !this.isClosed; attempt++) {
      try {
        const stream = await this.attempt(signal, async (opened) => opened);
        for await (const event of readStream(stream, next, signal)) {
          attempt = 0;
          next = { height: event.height, index: event.index + 1 };
          yield event;
        }
      } catch (thrown) {
        if (signal.aborted || this.isClosed) return;
        const error = toBusError(thrown);
        if (!PASSING.has(error.code)) throw error;
      }
      await pause(backoffMs(attempt, MAX_BACKOFF_MS), signal);
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const stream = await this.opening?.catch(() => undefined);
    await stream?.connection.close();
  }

  private async send(connection: NatsConnection, event: BusEvent, lastSequence: number): Promise<void> {
    const { genesis, stream } = this.options;
    const data = encodeEnvelope({ genesis, ...event });
    const { seq } = await connection.jetstream({ timeout: ACK_MS }).publish(eventSubject(event.kind), data, {
      msgID: eventId(event),
      expect: { streamName: stream, lastSequence },
    });
    if (seq !== lastSequence + 1) throw outOfStep();
  }

  /** Runs a request; a connection on which one got no answer is not used again. */
  private async attempt<T>(signal: AbortSignal, request: (stream: EventStream) => Promise<T>): Promise<T> {
    try {
      return await orAborted(
        this.open().then((stream) => request(stream)),
        signal,
      );
    } catch (thrown) {
      if (thrown instanceof InvariantError) throw thrown;
      const error = toBusError(thrown);
      if (error.code === "BUS_UNREACHABLE") this.drop();
      throw error;
    }
  }

  private open(): Promise<EventStream> {
    if (this.isClosed) throw new GanglionError("BUS_UNREACHABLE", "the bus is closed");
    if (this.opening !== undefined) return this.opening;
    const opening = this.openAnew();
    this.opening = opening;
    const forget = () => {
      if (this.opening === opening) this.opening = undefined;
    };
    opening.then(({ connection }) => connection.closed().then(forget), forget);
    return opening;
  }

  private async openAnew(): Promise<EventStream> {
    const connection = await connectNats(this.options);
    try {
      return await EventStream.open(connection, this.options);
    } catch (error) {
      await connection.close();
      throw toBusError(error);
    }
  }

  private drop(): void {
    const opening = this.opening;
    this.opening = undefined;
    void opening?.then(
      ({ connection }) => connection.close(),
      () => undefined,
    );
  }
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new GanglionError("BUS_ABORTED", "the caller stopped waiting"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
