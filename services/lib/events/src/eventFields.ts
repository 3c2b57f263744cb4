import type { LedgerEvent, LedgerEventKind } from "@ganglion/types";

/**
 * How a field stands in JSON: `address` 20 and `bytes32` 32 bytes as hex, `decimal` a whole number from 0 of any size as
 * a string, `natural` one below 2^53 as a number, `text` a string.
 */
export type EventFormat = "address" | "bytes32" | "decimal" | "natural" | "naturals" | "text";

/** A list names all values that the field can have. */
export type EventField =
  | EventFormat
  | readonly string[]
  | { readonly optional: EventFormat | readonly string[] };

type FormatOf<T> = [T] extends [Uint8Array]
  ? "address" | "bytes32"
  : [T] extends [bigint]
    ? "decimal"
    : [T] extends [number]
      ? "natural"
      : [T] extends [string]
        ? string extends T
          ? "text"
          : readonly T[]
        : "naturals";

type Fields<Event> = {
  readonly [Name in Exclude<keyof Event, "kind">]-?: undefined extends Event[Name]
    ? { readonly optional: FormatOf<Exclude<Event[Name], undefined>> }
    : FormatOf<Event[Name]>;
};

/** The fields of each kind; the compiler holds them against `LedgerEvent`, from them come the JSON schemas. */
export const EVENT_FIELDS: {
  readonly [Kind in LedgerEventKind]: Fields<Extract<LedgerEvent, { readonly kind: Kind }>>;
} = {
  Transferred: { from: "address", to: "address", amount: "decimal" },
  NeuronRegistered: {
    uid: "natural",
    hotkey: "bytes32",
    owner: "address",
    by: ["work", "burn"],
    price: "decimal",
  },
  NeuronPruned: { uid: "natural", hotkey: "bytes32" },
  NeuronServed: {
    uid: "natural",
    hotkey: "bytes32",
    role: ["miner", "validator"],
    host: "text",
    port: "natural",
    modelDigest: "bytes32",
    version: "natural",
  },
  NeuronUnserved: { uid: "natural", hotkey: "bytes32" },
  WeightsCommitted: { uid: "natural", epoch: "natural", commitment: "bytes32" },
  WeightsRevealed: { uid: "natural", epoch: "natural", domainIds: "naturals" },
  StakeAdded: { hotkey: "bytes32", address: "address", amount: "decimal" },
  StakeCounted: {
    pool: "natural",
    hotkey: "bytes32",
    address: "address",
    amount: "decimal",
    shares: "decimal",
  },
  StakeUnbonding: {
    pool: "natural",
    hotkey: "bytes32",
    address: "address",
    amount: "decimal",
    shares: "decimal",
    releaseHeight: "natural",
    releaseTimeMs: "natural",
  },
  StakeReleased: { hotkey: "bytes32", address: "address", amount: "decimal" },
  StakeMoved: {
    pool: "natural",
    from: "bytes32",
    to: "bytes32",
    address: "address",
    amount: "decimal",
    shares: "decimal",
  },
  StakeBurned: {
    pool: "natural",
    hotkey: "bytes32",
    address: "address",
    amount: "decimal",
    shares: "decimal",
  },
  TakeChanged: { hotkey: "bytes32", takePpm: "natural" },
  PoolPaid: {
    pool: "natural",
    hotkey: "bytes32",
    epoch: "natural",
    amount: "decimal",
    take: "decimal",
    own: "decimal",
    ownerShares: "decimal",
    stakeBefore: "decimal",
    sharesBefore: "decimal",
    stakeAfter: "decimal",
    sharesAfter: "decimal",
  },
  HotkeySwapped: { uid: { optional: "natural" }, hotkey: "bytes32", newHotkey: "bytes32" },
  KeyBound: { hotkey: "bytes32", consensusKey: "bytes32", former: { optional: "bytes32" } },
  KeyUnbound: { hotkey: "bytes32", consensusKey: "bytes32" },
  KeyPowerChanged: { hotkey: "bytes32", consensusKey: "bytes32", power: "decimal", before: "decimal" },
  KeyJailed: {
    hotkey: "bytes32",
    consensusKey: "bytes32",
    signedBlocks: "natural",
    seenBlocks: "natural",
    untilHeight: "natural",
    untilMs: "natural",
  },
  FaultPunished: {
    fault: ["duplicateVote", "lightClientAttack"],
    hotkey: "bytes32",
    consensusKey: "bytes32",
    height: "natural",
    backing: "decimal",
    burned: "decimal",
  },
  RecordPublished: {
    owner: "address",
    recordKind: ["dataset", "modelCard"],
    name: "text",
    digest: "bytes32",
    uri: "text",
  },
  ProposalSent: {
    proposal: "natural",
    proposer: "address",
    what: ["params", "domains", "expel", "upgrade", "charter"],
    round: "natural",
  },
  VoteCast: {
    proposal: "natural",
    pool: "natural",
    hotkey: "bytes32",
    address: "address",
    choice: ["yes", "no"],
    weight: "decimal",
  },
  ProposalTallied: {
    proposal: "natural",
    outcome: ["accepted", "rejected"],
    yes: "decimal",
    no: "decimal",
    roundStake: "decimal",
  },
  ProposalExecuted: { proposal: "natural", what: ["params", "domains", "expel", "upgrade", "charter"] },
  ProposalDropped: { proposal: "natural", code: "text", message: "text" },
  ParamChanged: { name: "text", value: "decimal" },
  NeuronExpelled: { uid: "natural", hotkey: "bytes32" },
  Upgraded: { height: "natural", name: "text" },
  RegistrationPriceAdjusted: { difficulty: "decimal", burnPrice: "decimal" },
  EpochFinished: { epoch: "natural", countedBlocks: "natural", minted: "decimal", issuance: "decimal" },
  BootstrapEnded: { height: "natural" },
  PermitsChanged: { granted: "naturals", revoked: "naturals" },
};
