import { InvariantError } from "@ganglion/types";
import { type BondsRule, createClassicBonds } from "./classicBonds.ts";
import { type DomainColumns, listVoters, loadWeights } from "./columns.ts";
import { countShares } from "./countShares.ts";
import type { EpochInput, EpochOutput } from "./epochTypes.ts";
import { normaliseStake } from "./normaliseStake.ts";
import { majorityUnits, stakeUnits } from "./stakeUnits.ts";
import { createMedianScratch, type MedianScratch, weightedMedian } from "./weightedMedian.ts";

/** A domain ready for column visits. */
type Court = {
  readonly weights: DomainColumns;
  readonly countedShare: number;
  /** Stake of the voters that scored it: exact units for the median, and parts of 1 for the rank. */
  readonly units: Float64Array;
  readonly stake: Float64Array;
  readonly needed: number;
  readonly consensus: Float64Array;
};

/** One column's weights of all voters: of one domain, and summed over domains before and after clipping. */
type Column = {
  readonly own: Float64Array;
  readonly weight: Float64Array;
  readonly clipped: Float64Array;
  readonly median: MedianScratch;
};

/**
 * Consensus over one epoch's weights (rules DOMAIN and CONS): in each domain the kappa-median of each column over
 * the active stake that scored it; rows clipped to it, summed by counted share; rank, incentive, bonds and
 * dividends from the sums. With one domain that all scored it is Yuma. Deterministic: binary64 with + - x /,
 * comparisons and floor, in uid order.
 *
 * PERF: one visit to each column, O(voters x neurons x domains that weight it).
 *
 * @throws InvariantError if anything is not finite, or a row names a uid outside 0..n-1
 */
export function computeEpoch(input: EpochInput): EpochOutput {
  const { n } = input;
  const voters = listVoters(input);
  const stake = normaliseStake(input);
  const voterStake = Float64Array.from(voters, (uid) => stake[uid] ?? 0);
  const { courts, coverage, countedShare } = openCourts(input, voters, voterStake);
  const voterDividends = new Float64Array(voters.length);
  const voterTrust = new Float64Array(voters.length);
  const emaBonds = input.keepEmaBonds ? Array.from({ length: n }, () => new Float64Array(n)) : undefined;
  const bonds = createClassicBonds(input, voters, { stake: voterStake, dividends: voterDividends, emaBonds });
  const sums = { consensus: new Float64Array(n), prerank: new Float64Array(n), rank: new Float64Array(n) };
  const column = createColumn(voters.length);
  const pay = input.params.incentiveFrom === "rank" ? sums.rank : sums.consensus;
  for (let miner = 0; miner < n; miner++) {
    visitCourts(courts, miner, column, sums);
    visitBonds(bonds, miner, column, { pay: pay[miner] ?? 0, voterTrust });
  }
  const output: EpochOutput = {
    stake,
    coverage,
    countedShare,
    consensusByDomain: courts.map((court) => court.consensus),
    ...sums,
    trust: sums.rank.map((rank, j) => ((sums.prerank[j] ?? 0) > 0 ? rank / (sums.prerank[j] ?? 1) : 0)),
    validatorTrust: spread(voterTrust, voters, n),
    incentive: normalise(pay),
    dividends: normalise(spread(voterDividends, voters, n)),
    bonds: bonds.toRows(),
    ...(emaBonds === undefined ? {} : { emaBonds }),
  };
  assertFinite(output);
  return output;
}

function openCourts(
  input: EpochInput,
  voters: readonly number[],
  voterStake: Float64Array,
): { courts: Court[]; coverage: Float64Array; countedShare: Float64Array } {
  const loaded = input.domains.map((domain) => loadWeights(input, domain, voters));
  const scoring = loaded.map(({ scored }) => voterStake.map((stake, v) => (scored[v] === 1 ? stake : 0)));
  const coverage = Float64Array.from(scoring, sumOf);
  const countedShare = countShares(
    input.domains.map((domain) => domain.share),
    coverage,
  );
  const courts = loaded.map((weights, d): Court => {
    const own = scoring[d] ?? voterStake;
    const covered = coverage[d] ?? 0;
    const units = own.map(stakeUnits);
    return {
      weights,
      countedShare: countedShare[d] ?? 0,
      units,
      stake: covered > 0 ? own.map((stake) => stake / covered) : own,
      needed: majorityUnits(units, input.params.kappaU16),
      consensus: new Float64Array(input.n),
    };
  });
  return { courts, coverage, countedShare };
}

function createColumn(voters: number): Column {
  return {
    own: new Float64Array(voters),
    weight: new Float64Array(voters),
    clipped: new Float64Array(voters),
    median: createMedianScratch(voters),
  };
}

/** Medians of one column in each domain, and its weights before and after clipping summed by counted share. */
function visitCourts(
  courts: readonly Court[],
  miner: number,
  column: Column,
  sums: { consensus: Float64Array; prerank: Float64Array; rank: Float64Array },
): void {
  column.weight.fill(0);
  column.clipped.fill(0);
  for (const court of courts) {
    if (court.weights.columns.used[miner] !== 1) continue;
    const support = readColumn(court, miner, column.own);
    const reached = support > 0 && support >= court.needed;
    const median = reached ? weightedMedian(column.own, court.units, court.needed, column.median) : 0;
    court.consensus[miner] = median;
    const { prerank, rank } = addClipped(court, median, column);
    sums.consensus[miner] = (sums.consensus[miner] ?? 0) + median * court.countedShare;
    sums.prerank[miner] = (sums.prerank[miner] ?? 0) + prerank;
    sums.rank[miner] = (sums.rank[miner] ?? 0) + rank;
  }
}

/** Row-normalised weights of one column; returns the units of stake behind those above zero. */
function readColumn(court: Court, miner: number, own: Float64Array): number {
  const { columns, rowSums } = court.weights;
  const start = miner * columns.stride;
  let support = 0;
  for (let v = 0; v < own.length; v++) {
    const value = columns.data[start + v] ?? 0;
    own[v] = value / (rowSums[v] ?? 1);
    if (value > 0) support += court.units[v] ?? 0;
  }
  return support;
}

function addClipped(court: Court, median: number, column: Column): { prerank: number; rank: number } {
  const { own, weight, clipped } = column;
  const share = court.countedShare;
  let prerank = 0;
  let rank = 0;
  for (let v = 0; v < own.length; v++) {
    const plain = (own[v] ?? 0) * share;
    const kept = Math.min(own[v] ?? 0, median) * share;
    weight[v] = (weight[v] ?? 0) + plain;
    clipped[v] = (clipped[v] ?? 0) + kept;
    prerank += (court.stake[v] ?? 0) * plain;
    rank += (court.stake[v] ?? 0) * kept;
  }
  return { prerank, rank };
}

function visitBonds(
  bonds: BondsRule,
  miner: number,
  column: Column,
  to: { readonly pay: number; readonly voterTrust: Float64Array },
): void {
  const { weight, clipped } = column;
  let weighted = false;
  for (let v = 0; v < weight.length; v++) {
    if ((weight[v] ?? 0) > 0) weighted = true;
    to.voterTrust[v] = (to.voterTrust[v] ?? 0) + (clipped[v] ?? 0);
  }
  if (weighted || bonds.holds(miner)) bonds.visit(miner, weight, clipped, to.pay);
}

function spread(byVoter: Float64Array, voters: readonly number[], n: number): Float64Array {
  const byUid = new Float64Array(n);
  voters.forEach((uid, v) => {
    byUid[uid] = byVoter[v] ?? 0;
  });
  return byUid;
}

function normalise(values: Float64Array): Float64Array {
  const sum = sumOf(values);
  return sum > 0 ? values.map((value) => value / sum) : new Float64Array(values.length);
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function assertFinite(output: EpochOutput): void {
  const sums = [output.consensus, output.rank, output.validatorTrust, output.incentive, output.dividends];
  for (const values of sums)
    if (!Number.isFinite(sumOf(values)))
      throw new InvariantError("an epoch's consensus is not finite: its stake or weights are broken");
}
