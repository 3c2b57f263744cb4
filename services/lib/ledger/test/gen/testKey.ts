import { type AddressBytes, addressOfKey, type Hotkey, parseHotkey } from "@ganglion/types";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";

export type TestKey = { readonly publicKey: Hotkey; readonly address: AddressBytes };

/** A key by name: the same name is the same key. */
export function testKey(name: string): TestKey {
  const publicKey = parseHotkey(sha256(utf8ToBytes(`key ${name}`)));
  return { publicKey, address: addressOfKey(publicKey) };
}

/** Stands for ed25519, which the ledger is handed: a hash of key and message, so that runs are fast. */
export function fakeSign(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const half = sha256(concatBytes(publicKey, message));
  return concatBytes(half, half);
}

/** Verifies {@link fakeSign}. */
export function fakeVerify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const expected = fakeSign(publicKey, message);
  return signature.length === 64 && expected.every((byte, i) => byte === signature[i]);
}
