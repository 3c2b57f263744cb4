import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { domainTag } from "../domainTags.ts";
import { GanglionError } from "../errors.ts";
import { type AddressBytes, parseAddressBytes } from "../ids.ts";

/** Keys that one authority may name at most. */
export const AUTHORITY_KEYS_LIMIT = 16;

/**
 * Who may sign for an address: one key (threshold 1), or `threshold` of 2 to 16 keys in strictly ascending
 * byte order.
 */
export type Authority = { readonly threshold: number; readonly keys: readonly Uint8Array[] };

/** Signatures of one authority over a transaction: exactly `threshold`, ascending by the key's index. */
export type AuthoritySignature = {
  readonly authority: Authority;
  readonly signatures: readonly { readonly index: number; readonly signature: Uint8Array }[];
};

const ADDRESS_BYTES = 20;
const ADDRESS_TAG = domainTag("address");

/** Address of an account that one ed25519 key controls: the first 20 bytes of SHA-256(tag, 1, 1, key). */
export function addressOfKey(publicKey: Uint8Array): AddressBytes {
  return addressOfAuthority({ threshold: 1, keys: [publicKey] });
}

/**
 * The first 20 bytes of SHA-256(tag, threshold u8, number of keys u8, keys).
 * @throws GanglionError TX_BAD_AUTHORITY when the descriptor is not canonical
 */
export function addressOfAuthority(authority: Authority): AddressBytes {
  const { threshold, keys } = authority;
  checkAuthority(authority);
  const head = new Uint8Array([threshold, keys.length]);
  return parseAddressBytes(sha256(concatBytes(ADDRESS_TAG, head, ...keys)).slice(0, ADDRESS_BYTES));
}

/** The signature of a single key. */
export function singleSignature(publicKey: Uint8Array, signature: Uint8Array): AuthoritySignature {
  return { authority: { threshold: 1, keys: [publicKey] }, signatures: [{ index: 0, signature }] };
}

function checkAuthority({ threshold, keys }: Authority): void {
  const thresholdFits = threshold >= 1 && threshold <= keys.length && keys.length <= AUTHORITY_KEYS_LIMIT;
  const lengthsFit = keys.every((key) => key.length === 32);
  const ascending = keys.every((key, i) => i === 0 || compareBytes(keys[i - 1] ?? key, key) < 0);
  if (!thresholdFits || !lengthsFit || !ascending)
    throw new GanglionError(
      "TX_BAD_AUTHORITY",
      "an authority has 1 to 16 keys of 32 bytes in strictly ascending order and a threshold within their number",
    );
}

/** Byte order: negative, zero or positive as of `Array.sort`. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
