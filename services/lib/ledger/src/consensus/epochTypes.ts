import type { SparseRow } from "./sparseRow.ts";

/** One domain in one epoch. */
export type EpochDomain = {
  /** The domain's governed share; any unit, only proportions between domains count. */
  readonly share: number;
  /**
   * Sub-rows by the validator's uid (length n), as revealed. Undefined = did not score this domain; an empty
   * row = scored it and gave nobody anything, which is a vote.
   */
  readonly rows: readonly (SparseRow | undefined)[];
};

export type EpochParams = {
  /** The majority of the stake-weighted median, /65535. */
  readonly kappaU16: number;
  /** How far bonds follow clipped (65535) rather than plain (0) weights. */
  readonly bondsPenaltyU16: number;
  /** Weight of the old bonds in the moving average, /1e6. */
  readonly bondsMovingAveragePpm: number;
  /** What miners are paid by: the median (rule CONS) or the ancestor's clipped rank. */
  readonly incentiveFrom: "consensus" | "rank";
  /** How bonds follow weights and dividends bonds (rules CONS-4, CONS-5). */
  readonly consensusMode: "classic" | "yuma3";
};

/** All that consensus over one epoch's weights reads. Every list has length `n` and is indexed by uid. */
export type EpochInput = {
  readonly n: number;
  /** Whole stake of each slot's hotkey in spikes; normalised inside (see `normaliseStake`). */
  readonly stakeSpikes: readonly bigint[];
  /** 1 = active: its stake counts. */
  readonly active: Uint8Array;
  /** 1 = holds a permit in this epoch: its rows count. */
  readonly permits: Uint8Array;
  /** 1 = holds a permit in the next epoch: its bonds are kept. */
  readonly nextPermits: Uint8Array;
  /** Height at which each validator's weights were fixed (its commit). */
  readonly weightsSetAt: Float64Array;
  /** Height at which each slot was registered: weights set at or before it are masked. */
  readonly registeredAt: Float64Array;
  /** Bonds in slots registered at or after this height (the last epoch's end) are masked. */
  readonly lastEpochHeight: number;
  readonly domains: readonly EpochDomain[];
  /**
   * Stored bonds: by validator uid, columns are miners. Classic: parts of the column's greatest; Yuma3: parts of 1.
   * So a change of mode must clear them.
   */
  readonly bonds: readonly SparseRow[];
  readonly params: EpochParams;
  /** Also return the new bonds before they are rounded to u16 (n x n reals: for reports and vectors). */
  readonly keepEmaBonds?: true;
};

/** What an epoch's consensus finds. Fractions are binary64 in 0..1, by uid, unless said otherwise. */
export type EpochOutput = {
  /** Active stake with a permit, summing to 1 (or all 0). */
  readonly stake: Float64Array;
  /** By domain: the part of active stake that scored it. */
  readonly coverage: Float64Array;
  /** By domain: the share that counts after the 2/3 rule; sums to 1 unless nobody scored anything. */
  readonly countedShare: Float64Array;
  /** By domain: the median weight of each miner. */
  readonly consensusByDomain: readonly Float64Array[];
  /** The medians summed by counted share. */
  readonly consensus: Float64Array;
  /** Stake-weighted weight before clipping. */
  readonly prerank: Float64Array;
  /** Stake-weighted clipped weight, not normalised. */
  readonly rank: Float64Array;
  /** What was left of each miner's weight after clipping: rank / prerank, 0 where nobody gave any. */
  readonly trust: Float64Array;
  /** Sum of each validator's clipped weights: 1 if nothing of it was clipped and it scored every domain. */
  readonly validatorTrust: Float64Array;
  /** Miners' pay: sums to 1, or all 0. */
  readonly incentive: Float64Array;
  /** Validators' pay: sums to 1, or all 0. */
  readonly dividends: Float64Array;
  /** Bonds to store, by validator uid; classic: a column's greatest is 65535; Yuma3: 65535 is the whole weight. */
  readonly bonds: readonly SparseRow[];
  /** Column-normalised new bonds, by validator uid, if asked for. */
  readonly emaBonds?: readonly Float64Array[];
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
