import type { PresetName, ProtocolParams } from "@ganglion/params";
import type { AddressBytes, Hotkey } from "@ganglion/types";

/** A validator that genesis names: it has a slot, a permit and a consensus key from height 0 (rule START). */
export type BootstrapValidator = {
  readonly hotkey: Hotkey;
  /** ed25519, 32 bytes. */
  readonly consensusKey: Uint8Array;
  readonly owner: AddressBytes;
  /** Above 0 and the same for all (rule START-2). */
  readonly power: bigint;
};

/** `sharePpm` of all domains sum to 1,000,000. Ids are positions in the list. */
export type GenesisDomain = { readonly name: string; readonly sharePpm: number };

/** Where a ledger starts; its hash is in every signature. */
export type GenesisDoc = {
  readonly chainId: string;
  readonly preset: PresetName;
  /** The preset's own unless the document says otherwise. */
  readonly params: ProtocolParams;
  readonly timeMs: number;
  readonly domains: readonly GenesisDomain[];
  readonly validators: readonly BootstrapValidator[];
};
