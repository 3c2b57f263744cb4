import type { EpochContribution } from "../consensus/epochTypes.ts";
import type { SparseRow } from "../consensus/sparseRow.ts";
import type { EpochNeuronRecord, EpochRecord } from "../epoch/epochRecord.ts";
import type { EpochNeuronReport, EpochReport } from "../epoch/epochReport.ts";

/** Which neurons, and how closely. */
export type EpochReportQuery = {
  /** Absent: all. */
  readonly uid?: number;
  /** False leaves out contributions, bonds and spreads. */
  readonly details: boolean;
};

/** Why neurons got what they got in an epoch. One neuron costs a search in each validator's rows, not all of them. */
export function readEpochReport(record: EpochRecord, { uid, details }: EpochReportQuery): EpochReport {
  const { neurons, domains, bonds: _bonds, ...summary } = record;
  const asked = uid === undefined ? neurons.map((_, each) => each) : [uid];
  return {
    ...summary,
    domains: domains.map(({ medians: _medians, votes: _votes, ...domain }, id) => ({ id, ...domain })),
    neurons: asked.flatMap((each) => {
      const neuron = neurons[each];
      return neuron === undefined ? [] : [reportOf(record, neuron, each, details)];
    }),
  };
}

/** How many searches the details of all neurons cost: an upper bound of the contributions and bonds in them. */
export function countEpochDetails({ neurons, domains, bonds }: EpochRecord): number {
  const rows = domains.reduce((sum, { votes }) => sum + votes.length, bonds.length);
  return neurons.length * rows;
}

function reportOf(
  record: EpochRecord,
  { registeredAt, ...neuron }: EpochNeuronRecord,
  uid: number,
  details: boolean,
): EpochNeuronReport {
  if (!details) return { uid, ...neuron, contributions: [], bonds: [], spreads: [] };
  const contributions = contributionsOf(record, uid, registeredAt);
  return {
    uid,
    ...neuron,
    contributions,
    bonds: bondsOf(record, uid),
    spreads: spreadsOf(record, contributions),
  };
}

/** Ordered by domain, then validator; weights of zero are left out. */
function contributionsOf(record: EpochRecord, uid: number, registeredAt: number): EpochContribution[] {
  return record.domains.flatMap(({ medians, votes, scoredStake }, domainId) =>
    votes.flatMap(({ validatorUid, stake, setAt, rowSum, row }): EpochContribution[] => {
      const value = validatorUid === uid || setAt <= registeredAt ? 0 : valueAt(row, uid);
      if (value === 0) return [];
      const weight = value / rowSum;
      const clipped = Math.min(weight, medians[uid] ?? 0);
      const stakeShare = scoredStake > 0 ? stake / scoredStake : 0;
      return [{ validatorUid, domainId, weight, clipped, stakeShare }];
    }),
  );
}

function bondsOf(record: EpochRecord, uid: number): EpochNeuronReport["bonds"] {
  const held = record.bonds.flatMap(({ validatorUid, row }) => {
    const bond = valueAt(row, uid);
    return bond > 0 ? [{ validatorUid, bond }] : [];
  });
  const sum = held.reduce((total, { bond }) => total + bond, 0);
  return held.map(({ validatorUid, bond }) => ({ validatorUid, bond: bond / sum }));
}

/** A validator that scored the domain and gave the neuron nothing counts as zero. */
function spreadsOf(
  { domains }: EpochRecord,
  contributions: readonly EpochContribution[],
): EpochNeuronReport["spreads"] {
  return domains.flatMap(({ votes }, domainId) => {
    const count = votes.filter(({ stake }) => stake > 0).length;
    const weights = contributions
      .filter((c) => c.domainId === domainId && c.stakeShare > 0)
      .map((c) => c.weight);
    if (weights.length === 0 || count < 2) return [];
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / count;
    const least = weights.length < count ? 0 : Math.min(...weights);
    return [{ domainId, spread: (Math.max(...weights) - least) / mean }];
  });
}

/** By bisection; 0 where the row has no entry. */
function valueAt({ uids, values }: SparseRow, uid: number): number {
  let low = 0;
  let high = uids.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((uids[middle] ?? 0) < uid) low = middle + 1;
    else high = middle;
  }
  return uids[low] === uid ? (values[low] ?? 0) : 0;
}
