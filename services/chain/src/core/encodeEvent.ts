import { bytesToHex, type LedgerEvent } from "@ganglion/types";

/** Raise it when a reader of older events would misread new ones. */
const EVENT_VERSION = 1;

/** JSON of an event without its kind, under `v` its version: amounts as strings of spikes, bytes as hex. */
export function encodeEvent({ kind: _kind, ...fields }: LedgerEvent): string {
  return JSON.stringify({ v: EVENT_VERSION, ...fields }, (_name, value: unknown) => {
    if (typeof value === "bigint") return value.toString();
    return value instanceof Uint8Array ? bytesToHex(value) : value;
  });
}
