import { createHmac } from "node:crypto";
import { GanglionError } from "@ganglion/types";

const HARDENED = 0x80000000;
/** Purpose and coin type of our keys: m / 44' / 7155' / ordinal'. */
const GANGLION_PATH: readonly number[] = [44, 7155];

/**
 * The seed at a path of SLIP-0010 for ed25519, where each step is hardened.
 * @param path indices below 2^31, for example [44, 7155, 0] for m/44'/7155'/0'
 * @throws GanglionError KEYS_BAD_PATH
 */
export function derivePath(masterSeed: Uint8Array, path: readonly number[]): Uint8Array {
  let node = createHmac("sha512", "ed25519 seed").update(masterSeed).digest();
  for (const index of path) {
    if (!Number.isInteger(index) || index < 0 || index >= HARDENED)
      throw new GanglionError("KEYS_BAD_PATH", `a path index is a whole number below 2^31, not ${index}`);
    const data = Buffer.alloc(37);
    node.copy(data, 1, 0, 32);
    data.writeUInt32BE(index + HARDENED, 33);
    node = createHmac("sha512", node.subarray(32)).update(data).digest();
  }
  return new Uint8Array(node.subarray(0, 32));
}

/** The 32-byte seed of the key with this ordinal: m/44'/7155'/ordinal'. */
export function deriveSeed(masterSeed: Uint8Array, ordinal: number): Uint8Array {
  return derivePath(masterSeed, [...GANGLION_PATH, ordinal]);
}
