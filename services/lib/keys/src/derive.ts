import { createHmac } from "node:crypto";
import { GanglionError } from "@ganglion/types";
import type { KeyKind } from "./keyfile.ts";

const HARDENED = 0x80000000;
/** Purpose and coin type of our keys: m / 44' / 7155' / role' / ordinal'. */
const GANGLION_PATH: readonly number[] = [44, 7155];
/** Fixed for ever: backup phrases restore keys by it. */
const ROLES: Readonly<Record<KeyKind, number>> = { coldkey: 0, hotkey: 1, payer: 2 };

/**
 * The seed at a path of SLIP-0010 for ed25519, where each step is hardened.
 * @param path indices below 2^31, for example [44, 7155, 0, 0] for m/44'/7155'/0'/0'
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

/**
 * The 32-byte seed of the key of this kind and ordinal: m/44'/7155'/role'/ordinal', with role 0 for coldkeys, 1 for
 * hotkeys and 2 for payers, so that one phrase never gives one key under two kinds.
 * @throws GanglionError KEYS_BAD_PATH
 */
export function deriveSeed(masterSeed: Uint8Array, kind: KeyKind, ordinal: number): Uint8Array {
  return derivePath(masterSeed, [...GANGLION_PATH, ROLES[kind], ordinal]);
}
