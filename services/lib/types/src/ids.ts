import { GanglionError } from "./errors.ts";

/** Money in spikes (10^-9 GLN), never negative. */
export type Spikes = bigint & { readonly __unit: "spikes" };
/** A neuron's slot, 0 .. maxNeurons - 1. */
export type Uid = number & { readonly __id: "uid" };
/** A block's height, from 1; 0 is genesis. */
export type Height = number & { readonly __id: "height" };
/** floor((height - 1) / epochLength). */
export type EpochIndex = number & { readonly __id: "epoch" };
/** The 32 raw bytes of an ed25519 public key. */
export type Hotkey = Uint8Array & { readonly __id: "hotkey" };
/** The 20 raw bytes of an account address. */
export type AddressBytes = Uint8Array & { readonly __id: "address" };

const HOTKEY_BYTES = 32;
const ADDRESS_BYTES = 20;

/** @throws GanglionError TYPES_NEGATIVE_AMOUNT */
export function asSpikes(amount: bigint): Spikes {
  if (amount < 0n) throw new GanglionError("TYPES_NEGATIVE_AMOUNT", "an amount of money cannot be negative");
  return amount as Spikes;
}

export function asUid(value: number): Uid {
  return natural(value, "uid") as Uid;
}

export function asHeight(value: number): Height {
  return natural(value, "height") as Height;
}

export function asEpochIndex(value: number): EpochIndex {
  return natural(value, "epoch") as EpochIndex;
}

/** @throws GanglionError TYPES_BAD_LENGTH unless the bytes are 32 long */
export function parseHotkey(bytes: Uint8Array): Hotkey {
  return ofLength(bytes, HOTKEY_BYTES, "a hotkey") as Hotkey;
}

/** Zeros stand where the neuron of a slot was expelled and nobody has taken the slot yet (rule GOV-6). */
export function isVacantHotkey(hotkey: Uint8Array): boolean {
  return hotkey.every((byte) => byte === 0);
}

/** @throws GanglionError TYPES_BAD_LENGTH unless the bytes are 20 long */
export function parseAddressBytes(bytes: Uint8Array): AddressBytes {
  return ofLength(bytes, ADDRESS_BYTES, "an account address") as AddressBytes;
}

function natural(value: number, what: string): number {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new GanglionError("TYPES_NOT_NATURAL", `${what} must be a whole number from 0, not ${value}`);
  return value;
}

function ofLength(bytes: Uint8Array, length: number, what: string): Uint8Array {
  if (bytes.length !== length)
    throw new GanglionError("TYPES_BAD_LENGTH", `${what} has ${length} bytes, not ${bytes.length}`);
  return bytes;
}
