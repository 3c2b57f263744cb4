import type { MixtureParameters } from "../parameters.ts";

/** Names one tenure of one miner: the caller's choice (hotkey in hex, and the slot's registration height). ASCII. */
export type MinerKey = string;

/** One head: weights [dim x vocabulary], bias, their moments, their average. Arrays are replaced by training. */
export type HeadState = {
  /** Training steps so far. */
  updates: number;
  /** Training steps since the averaged weights began. */
  averagedUpdates: number;
  /** Named as the training model's inputs are (`HEAD_TENSORS`). */
  tensors: Readonly<Record<string, Float32Array>>;
};

/** Ridge regression of own loss minus null loss on the context's features, from scored rows only. */
export type GateStatistics = {
  /** Lower triangle of sum of x x', row by row. */
  readonly covariance: Float64Array;
  /** Sum of x t. */
  readonly cross: Float64Array;
  readonly coefficients: Float64Array;
  /** Contexts behind the statistics, and behind the coefficients. */
  contexts: number;
  solvedContexts: number;
  solvedStep: number;
};

/** Decayed sums of a miner over one domain's scored rows; divide by the domain's `rows` (own loss: by `answered`). */
export type MinerSums = {
  routing: number;
  shapley: number;
  leaveOneOut: number;
  fisher: number;
  ownLoss: number;
  answered: number;
  /** Null loss less own loss on the last rows that it answered: a moving average a row. */
  recentGain: number;
  /** Step since which its own predictions have been worth something here; undefined while they are not. */
  worthSince: number | undefined;
  /** What `worthSince` was when the miner left: the date of its next rise, since it came back as it was. */
  worthBefore: number | undefined;
};

/** What the mixture knows of a miner. */
export type MinerState = {
  readonly key: MinerKey;
  readonly joinedStep: number;
  readonly head: HeadState;
  gate: GateStatistics;
  /** In the order of `MixtureState.domains`. */
  readonly sums: readonly MinerSums[];
  /** Scored contexts that it answered. */
  scoredContexts: number;
  replayed: boolean;
  /** Step since which it behaves as it does now, by its answers to the repeated probe set. */
  behaviourSince: number;
  /** Its last normalised answers to the probe set. */
  probe: Float32Array | undefined;
};

/** Decayed sums over a domain's scored rows, and how many rows there were in all. */
export type DomainState = {
  readonly name: string;
  scoredRows: number;
  rows: number;
  jointLoss: number;
  nullLoss: number;
  /** Members of copy groups other than their leaders. */
  readonly leaders: Map<MinerKey, MinerKey>;
};

/** Decayed sums over rows that two miners both answered in one domain, in bits: divergence, and each one's from null. */
export type PairSums = {
  /** Rows in all, not decayed. */
  seen: number;
  rows: number;
  divergence: number;
  informationFirst: number;
  informationSecond: number;
};

/** Two miners, `first` < `second`, and their sums by domain. */
export type PairState = {
  readonly first: MinerKey;
  readonly second: MinerKey;
  readonly domains: readonly PairSums[];
};

/** What stays of a miner that left, so that it is not its copy's junior when it comes back. */
export type DepartedMiner = {
  /** Who it is over all its tenures: the caller's choice. */
  readonly identity: string;
  readonly behaviourSince: number;
  /** `worthSince` by domain, of those where it was worth something. */
  readonly worthSince: readonly (readonly [domain: string, step: number])[];
  readonly leftEpoch: number;
  /** Its last answers to the probe set, as 8-bit integers: only their direction is compared. */
  readonly probe: Int8Array;
};

/** Everything that a step needs; plain and serialisable. Mutated only by functions of this package. */
export type MixtureState = {
  readonly parameters: MixtureParameters;
  readonly domains: readonly DomainState[];
  /** Unigram counts of the training rows, [domains, vocabulary]: the null player. */
  readonly nullCounts: Float64Array;
  step: number;
  readonly miners: Map<MinerKey, MinerState>;
  /** By `pairKey`. */
  readonly pairs: Map<string, PairState>;
  /** In the order in which they left. */
  readonly departed: DepartedMiner[];
};
