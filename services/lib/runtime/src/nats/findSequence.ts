import { comparePositions, type EventPosition } from "@ganglion/events";
import { eventsGone } from "../bus/busErrors.ts";
import type { EventStream } from "./eventStream.ts";

export type Start = {
  readonly sequence: number;
  /** Nobody can tell what stood before: the stream was emptied. */
  readonly isAfterPurge: boolean;
};

/**
 * Sequence from which all messages are at a position or after it; one past the end where none is. Positions ascend with
 * the sequence, so it takes as many requests as the stream's length has bits.
 * @throws GanglionError BUS_EVENTS_GONE where messages before the first one left the stream
 */
export async function findSequence(
  stream: EventStream,
  position: EventPosition,
  signal: AbortSignal,
): Promise<Start> {
  const { first_seq: firstSequence, last_seq: lastSequence } = await stream.state();
  const first = await stream.from(firstSequence);
  if (first === undefined) return { sequence: lastSequence + 1, isAfterPurge: lastSequence > 0 };
  if (comparePositions(position, first.envelope) <= 0) {
    const isWhole = first.sequence === 1 || comparePositions(position, first.envelope) === 0;
    if (isWhole) return { sequence: first.sequence, isAfterPurge: false };
    throw eventsGone(position.height, first.envelope);
  }
  let low = first.sequence + 1;
  let high = lastSequence + 1;
  while (low < high && !signal.aborted) {
    const middle = Math.floor((low + high) / 2);
    const found = await stream.from(middle);
    if (found === undefined || comparePositions(found.envelope, position) >= 0) high = middle;
    else low = found.sequence + 1;
  }
  return { sequence: low, isAfterPurge: false };
}
