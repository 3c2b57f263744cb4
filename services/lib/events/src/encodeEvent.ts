import { bytesToHex, type LedgerEvent, type LedgerEventKind } from "@ganglion/types";

/** An event on the wire: its kind for filters, and versioned JSON. */
export type EncodedEvent = { readonly kind: LedgerEventKind; readonly json: string };

/**
 * The envelope `{"v":1,"kind":...,...fields}`: bytes are hex, amounts and other big integers decimal strings. A
 * new field keeps the version; a changed or missing one raises it.
 */
export function encodeEvent(event: LedgerEvent): EncodedEvent {
  return { kind: event.kind, json: JSON.stringify({ v: 1, ...event }, encodeValue) };
}

function encodeValue(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return value instanceof Uint8Array ? bytesToHex(value) : value;
}
