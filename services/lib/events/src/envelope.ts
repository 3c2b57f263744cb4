import { GanglionError } from "@ganglion/types";
import type { BusEvent } from "./busEvent.ts";

/** An event as it leaves a bus, with the network that it belongs to. */
export type Envelope = BusEvent & {
  /** Hash of the network's genesis in hex. */
  readonly genesis: string;
};

/** `{"genesis":"...","height":12,"index":0,"event":{"v":1,"kind":...}}`; docs/operations/events.md shows one. */
export function encodeEnvelope({ genesis, height, index, json, wholeFrom }: Envelope): string {
  const gap = wholeFrom === undefined ? "" : `"wholeFrom":${wholeFrom},`;
  return `{"genesis":"${genesis}","height":${height},"index":${index},${gap}"event":${json}}`;
}

/**
 * The envelope of a message. Fields and versions of the event are the reader's to judge.
 * @throws GanglionError BUS_BAD_MESSAGE
 */
export function decodeEnvelope(text: string): Envelope {
  const { genesis, height, index, wholeFrom, event } = fieldsOf(parse(text));
  const { kind } = fieldsOf(event);
  if (typeof genesis !== "string" || typeof kind !== "string") throw badMessage();
  return {
    genesis,
    height: asNatural(height),
    index: asNatural(index),
    kind,
    json: JSON.stringify(event),
    ...(wholeFrom === undefined ? {} : { wholeFrom: asNatural(wholeFrom) }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badMessage(cause);
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw badMessage();
  return value as Record<string, unknown>;
}

function asNatural(value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw badMessage();
  return value;
}

function badMessage(cause?: unknown): GanglionError {
  return new GanglionError(
    "BUS_BAD_MESSAGE",
    "a message is no event of a chain: keep other publishers off the subjects chain.v1.>",
    {},
    { cause },
  );
}
