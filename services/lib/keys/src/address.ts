import { ADDRESS_PREFIX } from "@ganglion/params";
import { type AddressBytes, GanglionError, parseAddressBytes } from "@ganglion/types";
import { bech32m } from "@scure/base";

const EXAMPLE_LENGTH = 42;

/** An account address as people write it: bech32m with the prefix `gln`, 42 characters. */
export function encodeAddress(address: AddressBytes): string {
  return bech32m.encode(ADDRESS_PREFIX, bech32m.toWords(address));
}

/**
 * The 20 bytes of a written address.
 * @throws GanglionError KEYS_BAD_ADDRESS with what is wrong: prefix, length, character or checksum
 */
export function decodeAddress(text: string): AddressBytes {
  const given = text.trim();
  const trimmed = given === given.toUpperCase() ? given.toLowerCase() : given;
  if (!trimmed.startsWith(`${ADDRESS_PREFIX}1`))
    throw bad(trimmed, `an address begins with ${ADDRESS_PREFIX}1`);
  if (trimmed.length !== EXAMPLE_LENGTH)
    throw bad(trimmed, `an address has ${EXAMPLE_LENGTH} characters, this has ${trimmed.length}`);
  try {
    const { words } = bech32m.decode(`${ADDRESS_PREFIX}1${trimmed.slice(4)}`);
    return parseAddressBytes(bech32m.fromWords(words));
  } catch (cause) {
    throw bad(trimmed, "the checksum is wrong: look for a mistyped or missing character", cause);
  }
}

function bad(address: string, why: string, cause?: unknown): GanglionError {
  return new GanglionError("KEYS_BAD_ADDRESS", `not an account address: ${why}`, { address }, { cause });
}
