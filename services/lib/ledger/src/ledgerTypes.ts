import type { AddressBytes, Height, Hotkey, LedgerEvent, Spikes } from "@ganglion/types";
import type { EpochRecord } from "./epoch/epochRecord.ts";
import type { LedgerState } from "./state/ledgerState.ts";

/** ed25519 over exactly these bytes; false for anything that is not a valid signature. Never throws. */
export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** Whether a validator signed the block before this one. */
export type Vote = { readonly consensusKey: Uint8Array; readonly power: bigint; readonly signed: boolean };

export type Misbehaviour = {
  readonly kind: "duplicateVote" | "lightClientAttack";
  readonly consensusKey: Uint8Array;
  readonly height: number;
  readonly timeMs: number;
};

/** All that execution may read besides the state. */
export type BlockInput = {
  readonly height: number;
  readonly timeMs: number;
  readonly hash: Uint8Array;
  /** Consensus key of the proposer, 32 bytes. */
  readonly proposer: Uint8Array;
  /** About the block before this one; empty in the first. */
  readonly commitInfo: readonly Vote[];
  readonly misbehaviour: readonly Misbehaviour[];
  readonly transactions: readonly Uint8Array[];
};

export type Receipt = {
  readonly transactionHash: Uint8Array;
  /** Position in the block. */
  readonly index: number;
  /** "OK" or an error code of docs/ledger.md. */
  readonly code: string;
  /** Empty when OK. */
  readonly message: string;
  readonly fee: Spikes;
};

/** Power 0 removes the key. */
export type ValidatorUpdate = { readonly consensusKey: Uint8Array; readonly power: bigint };

export type BlockContext = { readonly verifySignature: VerifySignature };

export type BlockResult = {
  readonly state: LedgerState;
  readonly root: Uint8Array;
  readonly events: readonly LedgerEvent[];
  readonly receipts: readonly Receipt[];
  /** Present when the block ended an epoch. @see readEpochReport */
  readonly epochRecord?: EpochRecord;
  readonly validatorUpdates: readonly ValidatorUpdate[];
};

/** How one validator's view of one neuron entered the consensus of one domain. */
export type EpochContribution = {
  readonly validatorUid: number;
  readonly domainId: number;
  /** Row-normalised, 0 to 1. */
  readonly weight: number;
  readonly clipped: number;
  /** The validator's part of the active stake that scored the domain, 0 to 1. */
  readonly stakeShare: number;
};

/** Why one neuron got what it got. Fractions 0 to 1. */
export type EpochNeuronReport = {
  readonly uid: number;
  readonly hotkey: Hotkey;
  readonly rank: number;
  readonly consensus: number;
  readonly incentive: number;
  readonly dividend: number;
  readonly validatorTrust: number;
  readonly minerEmission: Spikes;
  readonly validatorEmission: Spikes;
  readonly consensusEmission: Spikes;
  readonly contributions: readonly EpochContribution[];
  /** Bonds of validators in it after the epoch, as parts of all bonds in it. */
  readonly bonds: readonly { readonly validatorUid: number; readonly bond: number }[];
  /** (max - min) / mean of the revealed weights for it. */
  readonly spreads: readonly { readonly domainId: number; readonly spread: number }[];
};

export type EpochDomainReport = {
  readonly id: number;
  readonly name: string;
  readonly sharePpm: number;
  /** What it counted after the two-thirds rule, 0 to 1. */
  readonly effectiveShare: number;
  /** Part of the active stake that scored it, 0 to 1. */
  readonly scoredStake: number;
};

export type EpochSummary = {
  readonly epoch: number;
  readonly firstHeight: Height;
  readonly lastHeight: Height;
  readonly countedBlocks: number;
  readonly minted: Spikes;
  readonly minersMinted: Spikes;
  readonly validatorsMinted: Spikes;
  readonly consensusMinted: Spikes;
  readonly bootstrap: boolean;
};

/** Fields as in ganglion.chain.v1.EpochReport. */
export type EpochReport = EpochSummary & {
  readonly domains: readonly EpochDomainReport[];
  readonly neurons: readonly EpochNeuronReport[];
};

/** In which part of a block a transaction competes (rule FEE). */
export type Lane = "consensus" | "registration" | "weights" | "transfers";

export type TransactionCheck =
  | {
      readonly ok: true;
      readonly hash: Uint8Array;
      readonly sender: AddressBytes;
      readonly nonce: number;
      readonly validUntil: Height;
      readonly sizeBytes: number;
      readonly lane: Lane;
      readonly fee: Spikes;
    }
  | { readonly ok: false; readonly hash: Uint8Array; readonly code: string; readonly message: string };

export type CheckContext = BlockContext & {
  /** What the nonce must be where earlier transactions of the sender wait; absent: what the state says. */
  readonly expectedNonce?: number;
};
