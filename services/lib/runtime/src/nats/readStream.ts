import { type BusEvent, comparePositions, type EventPosition, gapBefore } from "@ganglion/events";
import { AckPolicy, type Consumer, DeliverPolicy } from "nats";
import { eventsGone } from "../bus/busErrors.ts";
import type { EventStream } from "./eventStream.ts";
import { findSequence } from "./findSequence.ts";

const PAGE = 256;
const PAGE_WAIT_MS = 5_000;
const NANOS_IN_MS = 1_000_000;
/** The server forgets a reader that asks for nothing so long. */
const FORGOTTEN_AFTER_MS = 60_000;

/** Events from a position on for as long as the connection and the signal last. */
export async function* readStream(
  stream: EventStream,
  from: EventPosition,
  signal: AbortSignal,
): AsyncGenerator<BusEvent> {
  const { connection } = stream;
  const ended = new AbortController();
  void connection.closed().then(() => ended.abort());
  const stop = AbortSignal.any([signal, ended.signal]);
  let next = from;
  let { sequence, isAfterPurge } = await findSequence(stream, next, signal);
  const consumer = await createConsumer(stream, sequence);
  while (!stop.aborted) {
    for await (const { seq, data } of pageOf(consumer, stop)) {
      const { genesis: _, ...event } = stream.decode(data);
      const { height, index } = event;
      const distance = comparePositions(event, next);
      // What is skipped has left the stream; what comes again fills a purged one.
      const isGap = seq !== sequence || isAfterPurge;
      if (distance > 0 && isGap) throw eventsGone(next.height, { height, index });
      isAfterPurge = false;
      sequence = seq + 1;
      if (distance < 0) continue;
      const gapEnd = gapBefore(event, next);
      if (gapEnd !== undefined) throw eventsGone(next.height, { height: gapEnd, index: 0 });
      next = { height, index: index + 1 };
      yield event;
    }
  }
}

async function createConsumer(
  { manager, connection, options }: EventStream,
  sequence: number,
): Promise<Consumer> {
  const { name } = await manager.consumers.add(options.stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: sequence,
    inactive_threshold: FORGOTTEN_AFTER_MS * NANOS_IN_MS,
    mem_storage: true,
    num_replicas: 1,
  });
  return connection.jetstream().consumers.get(options.stream, name);
}

async function* pageOf(consumer: Consumer, signal: AbortSignal) {
  const messages = await consumer.fetch({ max_messages: PAGE, expires: PAGE_WAIT_MS });
  const stop = () => void messages.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (!signal.aborted) yield* messages;
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}
