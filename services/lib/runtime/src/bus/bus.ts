import type { BusEvent, EventPosition } from "@ganglion/events";

export type ConsumeOptions = {
  /** The first block whose events are wanted; 0: all. */
  readonly fromHeight: number;
};

/** Ledger events of one network, in the order of the chain, for any number of readers. */
export type Bus = {
  /**
   * The last event that the bus took; undefined where it has none.
   * @throws GanglionError BUS_UNREACHABLE, BUS_REFUSED, BUS_OTHER_NETWORK, BUS_BAD_MESSAGE
   */
  readonly last: (signal: AbortSignal) => Promise<EventPosition | undefined>;
  /**
   * Appends events, in ascending order and after `last`, which the publisher has asked before; resolves once they are
   * stored. What does not follow is not stored. After a failure a beginning of them may be there: ask `last` again.
   * @throws GanglionError BUS_UNREACHABLE, BUS_REFUSED, BUS_FULL, BUS_OUT_OF_STEP
   */
  readonly publish: (events: readonly BusEvent[], signal: AbortSignal) => Promise<void>;
  /**
   * Past events and then live ones, each once and in order, until the signal aborts; goes on by itself after an outage.
   * A consumer that stores how far it came, and asks from that height again, drops the events up to its position.
   * @throws GanglionError BUS_EVENTS_GONE (`data.firstHeight`: from there on nothing is missing), BUS_REFUSED,
   * BUS_OTHER_NETWORK, BUS_BAD_MESSAGE
   */
  readonly consume: (options: ConsumeOptions, signal: AbortSignal) => AsyncIterable<BusEvent>;
  readonly close: () => Promise<void>;
};
