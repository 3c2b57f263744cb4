import type { Height, Hotkey, Spikes } from "@ganglion/types";
import type { EpochContribution } from "../consensus/epochTypes.ts";

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
