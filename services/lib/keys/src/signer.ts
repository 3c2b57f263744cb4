import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { GanglionError, type Hotkey, parseHotkey } from "@ganglion/types";

/** Who can sign: a key held in memory now, a remote signer later. */
export type Signer = {
  /** The 32 raw bytes of the ed25519 public key. */
  readonly publicKey: Hotkey;
  /** 64 bytes, RFC 8032 ed25519 over `message`. */
  readonly sign: (message: Uint8Array) => Uint8Array;
};

const SEED_BYTES = 32;
/** PKCS #8 wrapping of an ed25519 seed (RFC 8410). */
const PKCS8_PREFIX = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
]);

/**
 * A signer from its 32 secret bytes.
 * @throws GanglionError KEYS_BAD_SEED unless the seed has 32 bytes
 */
export function createSigner(seed: Uint8Array): Signer {
  const privateKey = privateKeyOfSeed(seed);
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  const publicKey = parseHotkey(Uint8Array.from(spki.subarray(spki.length - SEED_BYTES)));
  return { publicKey, sign: (message) => new Uint8Array(sign(null, message, privateKey)) };
}

function privateKeyOfSeed(seed: Uint8Array): KeyObject {
  if (seed.length !== SEED_BYTES)
    throw new GanglionError("KEYS_BAD_SEED", `a secret seed has ${SEED_BYTES} bytes, not ${seed.length}`);
  const der = Buffer.concat([PKCS8_PREFIX, seed]);
  try {
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  } finally {
    der.fill(0);
  }
}
