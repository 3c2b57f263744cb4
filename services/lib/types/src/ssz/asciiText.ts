import { utf8ToBytes } from "@noble/hashes/utils.js";
import { GanglionError } from "../errors.ts";

/** Bytes of a text of printable ASCII without blanks. @throws GanglionError TX_MALFORMED for any other */
export function asciiToBytes(text: string, what: string): Uint8Array {
  const bytes = utf8ToBytes(text);
  asciiFromBytes(bytes, what);
  return bytes;
}

/** The text of such bytes. @throws GanglionError TX_MALFORMED for any other */
export function asciiFromBytes(bytes: Uint8Array, what: string): string {
  if (bytes.some((byte) => byte <= 0x20 || byte >= 0x7f))
    throw new GanglionError("TX_MALFORMED", `${what} is printable ASCII without blanks`);
  return String.fromCharCode(...bytes);
}
