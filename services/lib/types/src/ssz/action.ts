import { ByteListType, ContainerType, UnionType } from "@chainsafe/ssz";
import type { AddressBytes, EpochIndex, Height, Hotkey, Spikes } from "../ids.ts";
import {
  bytes20Type,
  bytes32Type,
  countType,
  HOST_LIMIT_BYTES,
  u8Type,
  u16Type,
  u32Type,
  u64Type,
} from "./basics.ts";
import { type WeightRow, weightRowsType } from "./weightRow.ts";

/** A proof of work (rule REG) or a price that the sender pays at most. */
export type RegistrationProof =
  | { readonly kind: "work"; readonly height: Height; readonly nonce: bigint }
  | { readonly kind: "burn"; readonly maxPrice: Spikes };

export type NeuronRole = "miner" | "validator";

/** Moves money from the sender. */
export type TransferAction = {
  readonly kind: "transfer";
  readonly to: AddressBytes;
  readonly amount: Spikes;
};

/**
 * Takes a slot for a hotkey. By work the sender is the hotkey's own address and pays nothing; by burn the sender
 * is the payer. The hotkey always signs; the owner need not.
 */
export type RegisterAction = {
  readonly kind: "register";
  readonly hotkey: Hotkey;
  readonly owner: AddressBytes;
  readonly proof: RegistrationProof;
};

/** Publishes where the sender's neuron answers. `modelDigest` is the SHA-256 of its model card. */
export type ServeAction = {
  readonly kind: "serve";
  readonly role: NeuronRole;
  /** Printable ASCII without blanks, at most 253 bytes; empty only for a validator that serves nobody. */
  readonly host: string;
  readonly port: number;
  readonly modelDigest: Uint8Array;
  readonly version: number;
};

export type UnserveAction = { readonly kind: "unserve" };

export type CommitWeightsAction = {
  readonly kind: "commitWeights";
  readonly epoch: EpochIndex;
  readonly commitment: Uint8Array;
};

export type RevealWeightsAction = {
  readonly kind: "revealWeights";
  /** The epoch of the commit. */
  readonly epoch: EpochIndex;
  /** Ascending by domain. */
  readonly rows: readonly WeightRow[];
  readonly salt: Uint8Array;
};

export type StakeAction = { readonly kind: "stake"; readonly hotkey: Hotkey; readonly amount: Spikes };

/** Starts unbonding. {@link UNSTAKE_ALL} takes all there is. */
export type UnstakeAction = { readonly kind: "unstake"; readonly hotkey: Hotkey; readonly amount: Spikes };

export type Action =
  | TransferAction
  | RegisterAction
  | ServeAction
  | UnserveAction
  | CommitWeightsAction
  | RevealWeightsAction
  | StakeAction
  | UnstakeAction;

export type ActionKind = Action["kind"];

/** As the amount of unstake: the whole position. */
export const UNSTAKE_ALL = ((1n << 64n) - 1n) as Spikes;

const workProofType = new ContainerType({ height: countType, nonce: u64Type });
const burnProofType = new ContainerType({ maxPrice: u64Type });

/** One SSZ type a kind. The position is the selector on the wire: append only. */
export const ACTION_TYPES = {
  transfer: new ContainerType({ to: bytes20Type, amount: u64Type }, { typeName: "Transfer" }),
  register: new ContainerType(
    { hotkey: bytes32Type, owner: bytes20Type, proof: new UnionType([workProofType, burnProofType]) },
    { typeName: "Register" },
  ),
  serve: new ContainerType(
    {
      role: u8Type,
      host: new ByteListType(HOST_LIMIT_BYTES),
      port: u16Type,
      modelDigest: bytes32Type,
      version: u32Type,
    },
    { typeName: "Serve" },
  ),
  unserve: new ContainerType({ reserved: u8Type }, { typeName: "Unserve" }),
  commitWeights: new ContainerType(
    { epoch: countType, commitment: bytes32Type },
    { typeName: "CommitWeights" },
  ),
  revealWeights: new ContainerType(
    { epoch: countType, rows: weightRowsType, salt: bytes32Type },
    { typeName: "RevealWeights" },
  ),
  stake: new ContainerType({ hotkey: bytes32Type, amount: u64Type }, { typeName: "Stake" }),
  unstake: new ContainerType({ hotkey: bytes32Type, amount: u64Type }, { typeName: "Unstake" }),
} as const;

/** Kinds by selector. */
export const ACTION_KINDS = [
  "transfer",
  "register",
  "serve",
  "unserve",
  "commitWeights",
  "revealWeights",
  "stake",
  "unstake",
] as const satisfies readonly ActionKind[];

export const actionType = new UnionType([
  ACTION_TYPES.transfer,
  ACTION_TYPES.register,
  ACTION_TYPES.serve,
  ACTION_TYPES.unserve,
  ACTION_TYPES.commitWeights,
  ACTION_TYPES.revealWeights,
  ACTION_TYPES.stake,
  ACTION_TYPES.unstake,
]);
