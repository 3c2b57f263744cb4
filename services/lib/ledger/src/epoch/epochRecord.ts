import type { Hotkey, Spikes } from "@ganglion/types";
import type { SparseRow } from "../consensus/sparseRow.ts";
import type { EpochDomainReport, EpochSummary } from "./epochReport.ts";

/**
 * What an epoch read and found, by rows as they are: enough to say of any neuron why it got what it got, and no
 * bigger than the weights themselves. `readEpochReport` reads it.
 */
export type EpochRecord = EpochSummary & {
  readonly neurons: readonly EpochNeuronRecord[];
  readonly domains: readonly EpochDomainRecord[];
  /** Of validators that have any in this epoch, ordered by uid. */
  readonly bonds: readonly { readonly validatorUid: number; readonly row: SparseRow }[];
};

/** Fractions 0 to 1. By uid. */
export type EpochNeuronRecord = {
  readonly hotkey: Hotkey;
  readonly registeredAt: number;
  readonly rank: number;
  readonly consensus: number;
  readonly incentive: number;
  readonly dividend: number;
  readonly validatorTrust: number;
  readonly minerEmission: Spikes;
  readonly validatorEmission: Spikes;
  readonly consensusEmission: Spikes;
};

export type EpochDomainRecord = Omit<EpochDomainReport, "id"> & {
  /** The median weight of each neuron, by uid. */
  readonly medians: Float64Array;
  /** Of each validator that scored it, ordered by uid. */
  readonly votes: readonly EpochVote[];
};

export type EpochVote = {
  readonly validatorUid: number;
  /** The validator's part of all active stake, 0 to 1. */
  readonly stake: number;
  /** Height at which its weights were fixed: entries for slots registered at or after it count as zero. */
  readonly setAt: number;
  /** Sum of the entries that count. */
  readonly rowSum: number;
  /** As it was revealed. */
  readonly row: SparseRow;
};
