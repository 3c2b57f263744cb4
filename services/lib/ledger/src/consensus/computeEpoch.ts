import { InvariantError } from "@ganglion/types";
import type { CreateBonds } from "./bondsRule.ts";
import { createClassicBonds } from "./classicBonds.ts";
import { countShares } from "./countShares.ts";
import type { EpochInput, EpochOutput } from "./epochTypes.ts";
import { normaliseStake } from "./normaliseStake.ts";
import { majorityUnits, stakeUnits } from "./stakeUnits.ts";
import { type DomainRows, listVoters, loadWeights } from "./voterRows.ts";
import { createMedianScratch, type MedianScratch, weightedMedianUpTo } from "./weightedMedian.ts";
import { createYuma3Bonds } from "./yuma3Bonds.ts";

const U16_MAX = 65_535;

/** A domain ready for column visits. */
type Court = {
  readonly weights: DomainRows;
  readonly countedShare: number;
  readonly coverage: number;
  /** Stake of the voters that scored it: exact units for the median, and parts of 1 for the rank. */
  readonly units: Float64Array;
  readonly stake: Float64Array;
  readonly needed: number;
  readonly consensus: Float64Array;
};

/** Working memory of one column, by voter. */
type Column = {
  /** Weights in one domain. */
  readonly own: Float64Array;
  /** What bonds follow, summed over domains: between plain (penalty 0) and clipped (penalty 1) weights. */
  readonly bondWeights: Float64Array;
  readonly penalty: number;
  /** Sums of clipped weights over all columns so far. */
  readonly trust: Float64Array;
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
 * @param createBonds how bonds follow weights; the rule of `input.params.consensusMode` if left out
 * @throws InvariantError if anything is not finite, or a row names a uid outside 0..n-1
 */
export function computeEpoch(input: EpochInput, createBonds: CreateBonds = bondsOf(input)): EpochOutput {
  const { n } = input;
  const voters = listVoters(input);
  const stake = normaliseStake(input);
  const voterStake = Float64Array.from(voters, (uid) => stake[uid] ?? 0);
  const { courts, coverage, countedShare } = openCourts(input, voters, voterStake);
  const voterDividends = new Float64Array(voters.length);
  const emaBonds = input.keepEmaBonds ? Array.from({ length: n }, () => new Float64Array(n)) : undefined;
  const bonds = createBonds(input, voters, { stake: voterStake, dividends: voterDividends, emaBonds });
  const sums = { consensus: new Float64Array(n), prerank: new Float64Array(n), rank: new Float64Array(n) };
  const column = createColumn(input, voters.length);
  const pay = input.params.incentiveFrom === "rank" ? sums.rank : sums.consensus;
  for (let miner = 0; miner < n; miner++) {
    const staked = visitCourts(courts, miner, column, sums);
    if (staked === 0 && !bonds.holds(miner)) continue;
    const consensus = sums.consensus[miner] ?? 0;
    bonds.visit({ miner, bondWeights: column.bondWeights, staked, consensus, pay: pay[miner] ?? 0 });
  }
  const output: EpochOutput = {
    stake,
    coverage,
    countedShare,
    consensusByDomain: courts.map((court) => court.consensus),
    ...sums,
    trust: sums.rank.map((rank, j) => ((sums.prerank[j] ?? 0) > 0 ? rank / (sums.prerank[j] ?? 1) : 0)),
    validatorTrust: spread(column.trust, voters, n),
    incentive: normalise(pay),
    dividends: normalise(spread(voterDividends, voters, n)),
    bonds: bonds.toRows(),
    ...(emaBonds === undefined ? {} : { emaBonds }),
  };
  assertFinite(output);
  return output;
}

function bondsOf({ params }: EpochInput): CreateBonds {
  return params.consensusMode === "yuma3" ? createYuma3Bonds : createClassicBonds;
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
      coverage: covered,
      units,
      stake: covered > 0 ? own.map((stake) => stake / covered) : own,
      needed: majorityUnits(units, input.params.kappaU16),
      consensus: new Float64Array(input.n),
    };
  });
  return { courts, coverage, countedShare };
}

function createColumn(input: EpochInput, voters: number): Column {
  return {
    own: new Float64Array(voters),
    bondWeights: new Float64Array(voters),
    penalty: input.params.bondsPenaltyU16 / U16_MAX,
    trust: new Float64Array(voters),
    median: createMedianScratch(voters),
  };
}

/**
 * Medians of one column in each domain; rows before and after clipping, summed by counted share. Returns the
 * column's sum of stake x bond weight.
 */
function visitCourts(
  courts: readonly Court[],
  miner: number,
  column: Column,
  sums: { consensus: Float64Array; prerank: Float64Array; rank: Float64Array },
): number {
  let staked = 0;
  column.bondWeights.fill(0);
  for (const court of courts) {
    if ((court.weights.rows.columnSums[miner] ?? 0) === 0) continue;
    const median = findMedian(court, miner, column);
    const added = addClipped(court, median, column);
    court.consensus[miner] = median;
    sums.consensus[miner] = (sums.consensus[miner] ?? 0) + median * court.countedShare;
    sums.prerank[miner] = (sums.prerank[miner] ?? 0) + added.prerank;
    sums.rank[miner] = (sums.rank[miner] ?? 0) + added.rank;
    staked += added.staked;
  }
  return staked;
}

/** Reads the row-normalised weights of one column into `own`; returns their median. */
function findMedian(court: Court, miner: number, column: Column): number {
  const { own } = column;
  const { units, needed } = court;
  const { rowSums } = court.weights;
  const { data, stride } = court.weights.rows;
  let support = 0;
  let high = 0;
  for (let v = 0, at = miner; v < own.length; v++, at += stride) {
    const value = data[at] ?? 0;
    const weight = value / (rowSums[v] ?? 1);
    own[v] = weight;
    if (weight > high) high = weight;
    if (value > 0) support += units[v] ?? 0;
  }
  if (support === 0 || support < needed) return 0;
  return weightedMedianUpTo(own, units, { needed, high }, column.median);
}

/** PERF: half of all weights are above their median, so a compare would be mispredicted half the time; |x| is not. */
function addClipped(
  court: Court,
  median: number,
  column: Column,
): { prerank: number; rank: number; staked: number } {
  const { own, bondWeights, trust, penalty } = column;
  const { stake, countedShare: share } = court;
  const most = median * share;
  let prerank = 0;
  let rank = 0;
  for (let v = 0; v < own.length; v++) {
    const plain = (own[v] ?? 0) * share;
    const over = plain - most;
    const kept = plain - (over + Math.abs(over)) * 0.5;
    bondWeights[v] = (bondWeights[v] ?? 0) + plain + penalty * (kept - plain);
    trust[v] = (trust[v] ?? 0) + kept;
    prerank += (stake[v] ?? 0) * plain;
    rank += (stake[v] ?? 0) * kept;
  }
  return { prerank, rank, staked: court.coverage * (prerank + penalty * (rank - prerank)) };
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
