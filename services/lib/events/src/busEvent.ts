/** Where an event stands in its chain: the block's height, and its place in the block from 0. */
export type EventPosition = { readonly height: number; readonly index: number };

/** An event as a bus carries it. */
export type BusEvent = EventPosition & {
  /** A `LedgerEventKind`, or one that a newer version added. */
  readonly kind: string;
  /** As `encodeEvent` writes it. */
  readonly json: string;
  /**
   * Events of blocks below this one that come after the bus's event before it never reached the bus: its publisher had
   * none of them any more. Absent where nothing is missing.
   */
  readonly wholeFrom?: number;
};

/**
 * Where a bus's next event shows that some which a reader waits for never came: the height from which on it could have
 * all. Undefined: nothing is missing.
 */
export function gapBefore({ wholeFrom }: BusEvent, next: EventPosition): number | undefined {
  return wholeFrom !== undefined && next.height < wholeFrom ? wholeFrom : undefined;
}

/** Negative, 0 or positive as the first stands before, at or after the second. */
export function comparePositions(a: EventPosition, b: EventPosition): number {
  return a.height === b.height ? a.index - b.index : a.height - b.height;
}

/** The id by which a repeated message is recognised: `height:index`. */
export function eventId({ height, index }: EventPosition): string {
  return `${height}:${index}`;
}
