import type { ActionKind, AddressBytes, Height, LedgerEvent, Spikes } from "@ganglion/types";
import type { EpochRecord } from "./epoch/epochRecord.ts";
import type { LedgerState } from "./state/ledgerState.ts";
import type { Upgrades } from "./upgrade/upgrades.ts";

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

export type TransactionContext = { readonly verifySignature: VerifySignature };

export type BlockContext = TransactionContext & {
  /** What this version knows, by the name that governance votes on; absent: `UPGRADES`. */
  readonly upgrades?: Upgrades;
};

export type BlockResult = {
  readonly state: LedgerState;
  readonly root: Uint8Array;
  readonly events: readonly LedgerEvent[];
  readonly receipts: readonly Receipt[];
  /** Present when the block ended an epoch. @see readEpochReport */
  readonly epochRecord?: EpochRecord;
  readonly validatorUpdates: readonly ValidatorUpdate[];
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
      readonly kind: ActionKind;
      readonly lane: Lane;
      readonly fee: Spikes;
    }
  | { readonly ok: false; readonly hash: Uint8Array; readonly code: string; readonly message: string };

export type CheckContext = TransactionContext & {
  /** What the nonce must be where earlier transactions of the sender wait; absent: what the state says. */
  readonly expectedNonce?: number;
};
