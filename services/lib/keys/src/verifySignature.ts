import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { isCanonicalPoint, isSmallOrder } from "./publicKey.ts";

const SIGNATURE_BYTES = 64;
const CACHED_KEYS = 8192;
/** SubjectPublicKeyInfo wrapping of an ed25519 public key (RFC 8410). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

// Parsing a key costs about a fifth of a verification; the same few thousand keys sign nearly everything.
const cache = new Map<string, KeyObject | undefined>();

/**
 * The one verifier of the product: RFC 8032 ed25519 without cofactor, S below the group order, key and nonce
 * point canonically encoded and not of small order. OpenSSL's releases differ over small order, and it takes a
 * key that is not canonical, so these are checked here. False for anything else, never throws.
 */
export function verifySignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES || isSmallOrder(signature.subarray(0, 32))) return false;
  const key = keyObject(publicKey);
  return key !== undefined && verify(null, message, key, signature);
}

function keyObject(publicKey: Uint8Array): KeyObject | undefined {
  const id = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.byteLength).toString("latin1");
  if (cache.has(id)) return cache.get(id);
  const key = parseKey(publicKey);
  if (cache.size >= CACHED_KEYS) for (const oldest of cache.keys()) if (cache.delete(oldest)) break;
  cache.set(id, key);
  return key;
}

function parseKey(publicKey: Uint8Array): KeyObject | undefined {
  if (!isCanonicalPoint(publicKey) || isSmallOrder(publicKey)) return undefined;
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: "der", type: "spki" });
}
