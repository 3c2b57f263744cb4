import { toFractions53 } from "../toFractions53.ts";
import { logistic } from "./exponential.ts";

const FRACTION_BITS = 53n;

export type SigmoidParams = {
  /** Slope of consensus over trust; the ancestor's 10. */
  readonly rho: number;
  /** The trust at which consensus is one half. */
  readonly kappa: number;
  /** The part of its incentive that a miner keeps; bond holders share the rest. */
  readonly selfOwnership: number;
  /** Weight of the old bonds in the moving average, /1e6. */
  readonly bondsMovingAveragePpm: number;
  /** Which bonds shrink in an epoch: those of `weighted` pairs only (until August 2022), or `all`. */
  readonly decay: "weighted" | "all";
};

/** One epoch of the sigmoid form; every list is by uid. */
export type SigmoidInput = {
  /** 1 = its stake and its row count. */
  readonly active: Uint8Array;
  readonly stakeSpikes: readonly bigint[];
  /** Weights 0..1; a listed uid counts as trusted whatever its weight. */
  readonly rows: readonly (readonly { readonly uid: number; readonly weight: number }[])[];
  /** Spikes, by holder, then miner. */
  readonly bonds: readonly Float64Array[];
  readonly emissionSpikes: bigint;
  readonly params: SigmoidParams;
};

/** Fractions are binary64 in 0..1, by uid. */
export type SigmoidOutput = {
  /** Active stake, summing to 1 (or all 0). */
  readonly stake: Float64Array;
  readonly rank: Float64Array;
  /** The part of active stake that lists the miner. */
  readonly trust: Float64Array;
  readonly consensus: Float64Array;
  readonly incentive: Float64Array;
  /** What the emission is paid by, miners' own part included. */
  readonly dividends: Float64Array;
  readonly bonds: readonly Float64Array[];
  /** Each part rounded down: up to one spike a neuron is not minted. */
  readonly emission: readonly bigint[];
};

/**
 * The consensus of 2021 to 2023 by a sigmoid of trust, which the median has replaced. For `simulateEpoch` and the
 * vectors: no ledger uses it. Nothing is paid if nobody is ranked.
 */
export function computeSigmoidEpoch(input: SigmoidInput): SigmoidOutput {
  const n = input.stakeSpikes.length;
  const stake = activeStake(input);
  const rank = new Float64Array(n);
  const trust = new Float64Array(n);
  for (const { holder, uid, weight } of votes(input, stake)) {
    const voice = stake[holder] ?? 0;
    rank[uid] = (rank[uid] ?? 0) + voice * weight;
    trust[uid] = (trust[uid] ?? 0) + voice;
  }
  const { rho, kappa } = input.params;
  const ranked = sumOf(rank) > 0;
  const consensus = ranked ? trust.map((part) => logistic(rho * (part - kappa))) : new Float64Array(n);
  const shares = normalise(rank);
  const incentive = normalise(shares.map((part, uid) => part * (consensus[uid] ?? 0)));
  const bonds = moveBonds(input, stake);
  const dividends = normalise(shareIncentive(incentive, bonds, input.params.selfOwnership));
  const emission = toFractions53(dividends).map((part) => (input.emissionSpikes * part) >> FRACTION_BITS);
  return {
    stake,
    rank: shares,
    trust: ranked ? trust : new Float64Array(n),
    consensus,
    incentive,
    dividends,
    bonds,
    emission,
  };
}

function activeStake({ active, stakeSpikes }: SigmoidInput): Float64Array {
  return normalise(Float64Array.from(stakeSpikes, (stake, uid) => (active[uid] === 1 ? Number(stake) : 0)));
}

/** Every listed weight of active stake on somebody else. */
function votes(
  { rows }: SigmoidInput,
  stake: Float64Array,
): { readonly holder: number; readonly uid: number; readonly weight: number }[] {
  return rows.flatMap((row, holder) =>
    (stake[holder] ?? 0) > 0
      ? row.filter(({ uid }) => uid !== holder).map(({ uid, weight }) => ({ holder, uid, weight }))
      : [],
  );
}

function moveBonds(input: SigmoidInput, stake: Float64Array): Float64Array[] {
  const { bondsMovingAveragePpm, decay } = input.params;
  const keep = bondsMovingAveragePpm / 1_000_000;
  const emission = Number(input.emissionSpikes);
  const after = input.bonds.map((row) =>
    decay === "all" ? row.map((bond) => Math.floor(bond * keep)) : row.slice(),
  );
  for (const { holder, uid, weight } of votes(input, stake)) {
    const row = after[holder];
    const old = (input.bonds[holder]?.[uid] ?? 0) * keep;
    if (row !== undefined) row[uid] = Math.floor(old + (1 - keep) * (stake[holder] ?? 0) * weight * emission);
  }
  return after;
}

/** A miner keeps its own part of its incentive, and the rest too if nobody holds a bond in it. */
function shareIncentive(incentive: Float64Array, bonds: readonly Float64Array[], own: number): Float64Array {
  const paid = new Float64Array(incentive.length);
  incentive.forEach((earned, miner) => {
    let held = 0;
    for (const row of bonds) held += row[miner] ?? 0;
    const kept = held > 0 ? own : 1;
    paid[miner] = (paid[miner] ?? 0) + kept * earned;
    if (held === 0) return;
    bonds.forEach((row, holder) => {
      paid[holder] = (paid[holder] ?? 0) + ((1 - own) * earned * (row[miner] ?? 0)) / held;
    });
  });
  return paid;
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
