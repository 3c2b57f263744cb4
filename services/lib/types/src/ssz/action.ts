import { ByteListType, ContainerType, UnionType } from "@chainsafe/ssz";
import type { AddressBytes, EpochIndex, Height, Hotkey, Spikes } from "../ids.ts";
import {
  bytes20Type,
  bytes32Type,
  bytes64Type,
  countType,
  HOST_LIMIT_BYTES,
  NAME_LIMIT_BYTES,
  URI_LIMIT_BYTES,
  u8Type,
  u16Type,
  u32Type,
  u64Type,
} from "./basics.ts";
import { type ProposalContent, proposalContentType } from "./proposalContent.ts";
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
  /** Of the scoring rules that made the rows, at least the parameter `weightsVersion`. */
  readonly version: number;
};

export type StakeAction = { readonly kind: "stake"; readonly hotkey: Hotkey; readonly amount: Spikes };

/** Starts unbonding. {@link UNSTAKE_ALL} takes all there is. */
export type UnstakeAction = { readonly kind: "unstake"; readonly hotkey: Hotkey; readonly amount: Spikes };

/** Moves the sender's stake to another pool without unbonding; {@link UNSTAKE_ALL} takes all there is. */
export type MoveStakeAction = {
  readonly kind: "moveStake";
  readonly from: Hotkey;
  readonly to: Hotkey;
  readonly amount: Spikes;
};

/** The owner's part of what is paid to the pool for its stake, /1e6. */
export type SetTakeAction = { readonly kind: "setTake"; readonly hotkey: Hotkey; readonly takePpm: number };

/**
 * Binds a consensus key to the sender's pool; over a bound one it rotates. The sender is the hotkey; `proof` is the
 * consensus key's signature over {@link bindKeyMessage}.
 */
export type BindKeyAction = {
  readonly kind: "bindKey";
  readonly consensusKey: Uint8Array;
  readonly proof: Uint8Array;
};

export type UnbindKeyAction = { readonly kind: "unbindKey" };

/** Gives a pool, its slot and all that hangs on them another hotkey, which signs too; the sender is the owner. */
export type SwapHotkeyAction = {
  readonly kind: "swapHotkey";
  readonly hotkey: Hotkey;
  readonly newHotkey: Hotkey;
};

export type RecordKind = "dataset" | "modelCard";

/** Publishes or changes the sender's record of that kind and name. An empty `uri` withdraws it. */
export type PublishRecordAction = {
  readonly kind: "publishRecord";
  readonly recordKind: RecordKind;
  /** Printable ASCII without blanks, 1 to 64 bytes. */
  readonly name: string;
  /** SHA-256 of what `uri` gives. */
  readonly digest: Uint8Array;
  /** Printable ASCII without blanks, at most 512 bytes. */
  readonly uri: string;
};

export type ProposeAction = { readonly kind: "propose"; readonly content: ProposalContent };

export type VoteChoice = "yes" | "no";

/** Votes with the sender's stake on one hotkey, as it was when the voting round began. */
export type VoteAction = {
  readonly kind: "vote";
  readonly proposal: number;
  readonly hotkey: Hotkey;
  readonly choice: VoteChoice;
};

export type Action =
  | TransferAction
  | RegisterAction
  | ServeAction
  | UnserveAction
  | CommitWeightsAction
  | RevealWeightsAction
  | StakeAction
  | UnstakeAction
  | MoveStakeAction
  | SetTakeAction
  | BindKeyAction
  | UnbindKeyAction
  | SwapHotkeyAction
  | PublishRecordAction
  | ProposeAction
  | VoteAction;

export type ActionKind = Action["kind"];

/** As the amount of unstake and moveStake: the whole position. */
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
    { epoch: countType, rows: weightRowsType, salt: bytes32Type, version: u32Type },
    { typeName: "RevealWeights" },
  ),
  stake: new ContainerType({ hotkey: bytes32Type, amount: u64Type }, { typeName: "Stake" }),
  unstake: new ContainerType({ hotkey: bytes32Type, amount: u64Type }, { typeName: "Unstake" }),
  moveStake: new ContainerType(
    { fromHotkey: bytes32Type, toHotkey: bytes32Type, amount: u64Type },
    { typeName: "MoveStake" },
  ),
  setTake: new ContainerType({ hotkey: bytes32Type, takePpm: u32Type }, { typeName: "SetTake" }),
  bindKey: new ContainerType({ consensusKey: bytes32Type, proof: bytes64Type }, { typeName: "BindKey" }),
  unbindKey: new ContainerType({ reserved: u8Type }, { typeName: "UnbindKey" }),
  swapHotkey: new ContainerType({ hotkey: bytes32Type, newHotkey: bytes32Type }, { typeName: "SwapHotkey" }),
  publishRecord: new ContainerType(
    {
      recordKind: u8Type,
      name: new ByteListType(NAME_LIMIT_BYTES),
      digest: bytes32Type,
      uri: new ByteListType(URI_LIMIT_BYTES),
    },
    { typeName: "PublishRecord" },
  ),
  propose: new ContainerType({ content: proposalContentType }, { typeName: "Propose" }),
  vote: new ContainerType({ proposal: u32Type, hotkey: bytes32Type, choice: u8Type }, { typeName: "Vote" }),
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
  "moveStake",
  "setTake",
  "bindKey",
  "unbindKey",
  "swapHotkey",
  "publishRecord",
  "propose",
  "vote",
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
  ACTION_TYPES.moveStake,
  ACTION_TYPES.setTake,
  ACTION_TYPES.bindKey,
  ACTION_TYPES.unbindKey,
  ACTION_TYPES.swapHotkey,
  ACTION_TYPES.publishRecord,
  ACTION_TYPES.propose,
  ACTION_TYPES.vote,
]);
