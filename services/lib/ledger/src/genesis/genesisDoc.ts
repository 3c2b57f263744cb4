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

/** The end of another ledger, from which this one goes on under its own name. */
export type GenesisStart = {
  /** Of the state: the first block has the next one. */
  readonly height: number;
  /** Consensus keys in force after it. */
  readonly signers: readonly GenesisSigner[];
  /** SSZ of the whole state, as the other ledger left it. */
  readonly state: Uint8Array;
};

export type GenesisSigner = Pick<BootstrapValidator, "consensusKey" | "power">;

/** Where a ledger starts; its hash is in every signature. */
export type GenesisDoc = {
  readonly chainId: string;
  readonly preset: PresetName;
  /** The preset's own unless the document says otherwise. */
  readonly params: ProtocolParams;
  readonly timeMs: number;
  readonly domains: readonly GenesisDomain[];
  readonly validators: readonly BootstrapValidator[];
  /** Absent: it starts at height 0 with nothing. */
  readonly start?: GenesisStart | undefined;
};

/** Who signs the first block. */
export function genesisSigners({ start, validators }: GenesisDoc): readonly GenesisSigner[] {
  return (start?.signers ?? validators).map(({ consensusKey, power }) => ({ consensusKey, power }));
}

/** Height before the first block. */
export function genesisHeight({ start }: GenesisDoc): number {
  return start?.height ?? 0;
}
