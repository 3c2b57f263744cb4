import { ContainerType } from "@chainsafe/ssz";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { domainTag } from "../domainTags.ts";
import { bytes32Type, countType, u32Type } from "./basics.ts";
import { type WeightRow, weightRowsToSsz, weightRowsType } from "./weightRow.ts";

const commitmentType = new ContainerType(
  {
    tag: bytes32Type,
    genesisHash: bytes32Type,
    hotkey: bytes32Type,
    epoch: countType,
    rows: weightRowsType,
    salt: bytes32Type,
    version: u32Type,
  },
  { typeName: "WeightCommitment" },
);

export type WeightCommitmentInput = {
  readonly genesisHash: Uint8Array;
  readonly hotkey: Uint8Array;
  /** The epoch of the commit. */
  readonly epoch: number;
  readonly rows: readonly WeightRow[];
  readonly salt: Uint8Array;
  /** Of the scoring rules that made the rows. */
  readonly version: number;
};

/** Rule WEIGHT: the SSZ root of tag (zero-padded to 32 bytes), genesis hash, hotkey, epoch, rows, salt and version. */
export function weightCommitment(input: WeightCommitmentInput): Uint8Array {
  const tag = new Uint8Array(32);
  tag.set(domainTag("weights"));
  return commitmentType.hashTreeRoot({ ...input, tag, rows: weightRowsToSsz(input.rows) });
}

/** What the hotkey signs to derive an epoch's salt, so that a standby derives the same: tag, genesis hash, epoch u64 LE. */
export function saltMessage(genesisHash: Uint8Array, epoch: number): Uint8Array {
  return concatBytes(domainTag("salt"), genesisHash, countType.serialize(epoch));
}

/** The salt is the SHA-256 of the hotkey's signature over {@link saltMessage}. */
export function saltFromSignature(signature: Uint8Array): Uint8Array {
  return sha256(signature);
}
