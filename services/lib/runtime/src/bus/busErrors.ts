import type { EventPosition } from "@ganglion/events";
import { GanglionError } from "@ganglion/types";

/** What a reader asked for was dropped, as the bus holds a bounded number of events, or never reached it. */
export function eventsGone(fromHeight: number, oldest: EventPosition): GanglionError {
  const firstHeight = oldest.index === 0 ? oldest.height : oldest.height + 1;
  return new GanglionError(
    "BUS_EVENTS_GONE",
    `the bus holds events from block ${firstHeight} on, not from ${fromHeight}: read the ones before from a chain node (StreamEvents), or begin at ${firstHeight}`,
    { firstHeight, fromHeight },
  );
}

/** The bus does not end where the publisher thinks. */
export function outOfStep(cause?: unknown): GanglionError {
  return new GanglionError(
    "BUS_OUT_OF_STEP",
    "the bus ends elsewhere than this publisher thinks, for another one was faster or an answer was lost: ask for its last event and go on from there",
    {},
    { cause },
  );
}

/** The stream of another network, or of an earlier life of this one. */
export function otherNetwork(genesis: string, expected: string): GanglionError {
  return new GanglionError(
    "BUS_OTHER_NETWORK",
    `the stream holds events of genesis ${genesis}, not ${expected}: give each network a stream in an account of its own, or delete the old stream`,
    { genesis, expected },
  );
}
