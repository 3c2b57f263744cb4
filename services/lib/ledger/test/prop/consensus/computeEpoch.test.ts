import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { computeEpoch } from "../../../src/consensus/computeEpoch.ts";
import type { EpochInput } from "../../../src/consensus/epochTypes.ts";
import { EMPTY_ROW, type SparseRow } from "../../../src/consensus/sparseRow.ts";
import { splitByLargestRemainder } from "../../../src/consensus/splitByLargestRemainder.ts";
import { stakeUnits } from "../../../src/consensus/stakeUnits.ts";
import { toFractions53 } from "../../../src/consensus/toFractions53.ts";
import { createMedianScratch, weightedMedian } from "../../../src/consensus/weightedMedian.ts";
import { market, PARAMS, row } from "../../unit/consensus/epochInput.ts";

const SEED = 20_261_122;
const RUNS = { seed: SEED, numRuns: 300 } as const;
const VALIDATORS = 4;
const N = 9;

const rowArbitrary = fc
  .dictionary(fc.integer({ min: 0, max: N - 1 }).map(String), fc.integer({ min: 0, max: 65_535 }), {
    maxKeys: N,
  })
  .map((entries): SparseRow => row(entries));
const rowsArbitrary = fc.array(fc.option(rowArbitrary, { nil: undefined, freq: 4 }), {
  minLength: VALIDATORS,
  maxLength: VALIDATORS,
});
const stakesArbitrary = fc.array(fc.integer({ min: 0, max: 1_000_000 }), {
  minLength: VALIDATORS,
  maxLength: VALIDATORS,
});
const inputArbitrary = fc
  .record({
    stakes: stakesArbitrary,
    domains: fc.array(rowsArbitrary, { minLength: 1, maxLength: 3 }),
    bonds: fc.array(rowArbitrary, { minLength: VALIDATORS, maxLength: VALIDATORS }),
    registeredAt: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: N, maxLength: N }),
    active: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: N, maxLength: N }),
    incentiveFrom: fc.constantFrom("consensus" as const, "rank" as const),
    consensusMode: fc.constantFrom("classic" as const, "yuma3" as const),
    bondsPenaltyU16: fc.integer({ min: 0, max: 65_535 }),
  })
  .map(({ stakes, domains, bonds, registeredAt, active, ...params }): EpochInput => {
    const empty = row({});
    return market(stakes, N, domains, {
      bonds: Array.from({ length: N }, (_, uid) => bonds[uid] ?? empty),
      registeredAt: Float64Array.from(registeredAt),
      active: Uint8Array.from(active),
      params: { ...PARAMS, ...params },
    });
  });

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/** Everything but uid order: each uid moves to `order[uid]`. */
function permuted(input: EpochInput, order: readonly number[]): EpochInput {
  const place = <T>(values: ArrayLike<T>): T[] => {
    const moved: T[] = [];
    order.forEach((to, uid) => {
      const value = values[uid];
      if (value !== undefined) moved[to] = value;
    });
    return Array.from({ length: input.n }, (_, uid) => moved[uid] as T);
  };
  const renamed = (one: SparseRow | undefined): SparseRow | undefined => {
    if (one === undefined) return undefined;
    const entries = Array.from(one.uids, (uid, k) => [order[uid] ?? 0, one.values[k] ?? 0] as const);
    return row(Object.fromEntries(entries));
  };
  return {
    ...input,
    stakeSpikes: place(input.stakeSpikes),
    active: Uint8Array.from(place(input.active)),
    permits: Uint8Array.from(place(input.permits)),
    nextPermits: Uint8Array.from(place(input.nextPermits)),
    registeredAt: Float64Array.from(place(input.registeredAt)),
    domains: input.domains.map(({ share, rows }) => ({ share, rows: place(rows.map(renamed)) })),
    bonds: place(input.bonds.map((one) => renamed(one) ?? one)),
  };
}

function expectClose(a: Float64Array, b: Float64Array): void {
  a.forEach((value, uid) => {
    expect(Math.abs(value - (b[uid] ?? Number.NaN))).toBeLessThan(1e-9);
  });
}

describe(`computeEpoch, any market (seed ${SEED})`, () => {
  it("pays miners and validators a whole, or nothing", () => {
    fc.assert(
      fc.property(inputArbitrary, (input) => {
        const output = computeEpoch(input);
        for (const shares of [output.incentive, output.dividends, output.stake, output.countedShare]) {
          const sum = sumOf(shares);
          expect(sum === 0 || Math.abs(sum - 1) < 1e-12).toBe(true);
          expect(shares.every((share) => share >= 0 && share < 1 + 1e-12)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it("splits an emission to the last spike", () => {
    fc.assert(
      fc.property(inputArbitrary, fc.bigInt({ min: 0n, max: 10n ** 18n }), (input, emission) => {
        const shares = toFractions53(computeEpoch(input).incentive);
        if (shares.every((share) => share === 0n)) return;
        const parts = splitByLargestRemainder(emission, shares);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(emission);
      }),
      RUNS,
    );
  });

  it("never values a miner above the greatest weight on it, nor trusts beyond 1", () => {
    fc.assert(
      fc.property(inputArbitrary, (input) => {
        const output = computeEpoch(input);
        input.domains.forEach((domain, d) => {
          output.consensusByDomain[d]?.forEach((median, miner) => {
            const weights = domain.rows.map((one) => weightOn(one, miner));
            expect(median === 0 || weights.some((weight) => weight > 0)).toBe(true);
            expect(median).toBeLessThanOrEqual(1);
          });
        });
        expect(output.validatorTrust.every((trust) => trust >= 0 && trust < 1 + 1e-9)).toBe(true);
      }),
      RUNS,
    );
  });

  it("stores classic bonds whose greatest in each column is 65535", () => {
    fc.assert(
      fc.property(inputArbitrary, (input) => {
        const greatest = new Float64Array(N);
        const params = { ...input.params, consensusMode: "classic" as const };
        for (const { uids, values } of computeEpoch({ ...input, params }).bonds)
          uids.forEach((uid, k) => {
            greatest[uid] = Math.max(greatest[uid] ?? 0, values[k] ?? 0);
          });
        expect(greatest.every((value) => value === 0 || value === 65_535)).toBe(true);
      }),
      RUNS,
    );
  });

  it("CONS-5: stores Yuma3 bonds between those before and the weights that they follow", () => {
    fc.assert(
      fc.property(inputArbitrary, (input) => {
        const params = { ...input.params, consensusMode: "yuma3" as const, bondsMovingAveragePpm: 500_000 };
        const first = computeEpoch({ ...input, params, bonds: input.bonds.map(() => EMPTY_ROW) });
        const second = computeEpoch({ ...input, params, bonds: first.bonds });
        first.bonds.forEach((row, uid) => {
          let sum = 0;
          row.uids.forEach((miner, k) => {
            const before = row.values[k] ?? 0;
            sum += before;
            const after = weightOn(second.bonds[uid], miner);
            expect(after >= before || (input.registeredAt[miner] ?? 0) >= input.lastEpochHeight).toBe(true);
          });
          expect(sum).toBeLessThanOrEqual(0.5 * 65_535 + row.uids.length);
        });
      }),
      RUNS,
    );
  });

  it("does not change when all stake is scaled", () => {
    fc.assert(
      fc.property(inputArbitrary, fc.integer({ min: 2, max: 1_000_000 }), (input, factor) => {
        const scaled = { ...input, stakeSpikes: input.stakeSpikes.map((stake) => stake * BigInt(factor)) };
        const [a, b] = [computeEpoch(input), computeEpoch(scaled)];
        expectClose(a.incentive, b.incentive);
        expectClose(a.dividends, b.dividends);
      }),
      RUNS,
    );
  });

  it("permutes its outputs with the uids", () => {
    const order = fc.shuffledSubarray(
      Array.from({ length: N }, (_, uid) => uid),
      { minLength: N, maxLength: N },
    );
    fc.assert(
      fc.property(inputArbitrary, order, (input, places) => {
        const [a, b] = [computeEpoch(input), computeEpoch(permuted(input, places))];
        const back = (moved: Float64Array): Float64Array =>
          moved.map((_, uid) => moved[places[uid] ?? 0] ?? 0);
        expectClose(a.incentive, back(b.incentive));
        expectClose(a.dividends, back(b.dividends));
      }),
      RUNS,
    );
  });
});

function weightOn(one: SparseRow | undefined, miner: number): number {
  const at = one?.uids.indexOf(miner) ?? -1;
  return at < 0 ? 0 : (one?.values[at] ?? 0);
}

describe(`a market's politics (seed ${SEED})`, () => {
  const cabal = fc.record({
    honest: fc.array(fc.integer({ min: 1, max: 65_535 }), { minLength: 3, maxLength: 3 }),
    cabal: fc.array(fc.integer({ min: 0, max: 65_535 }), { minLength: 3, maxLength: 3 }),
    cabalStake: fc.integer({ min: 1, max: 49 }),
  });
  const minerRow = (weights: readonly number[]): SparseRow =>
    row(Object.fromEntries(weights.map((weight, k) => [k + 3, weight])));

  it("lets a validator with the majority of stake be the consensus", () => {
    fc.assert(
      fc.property(cabal, (one) => {
        const rows = [minerRow(one.honest), minerRow(one.cabal)];
        const { consensus } = computeEpoch(market([100 - one.cabalStake, one.cabalStake, 0], 6, [rows]));
        const sum = one.honest.reduce((total, weight) => total + weight, 0);
        one.honest.forEach((weight, k) => {
          expect(consensus[k + 3]).toBeCloseTo(weight / sum, 12);
        });
      }),
      RUNS,
    );
  });

  it("pays a weight copier that is one epoch late no more than those it copies", () => {
    fc.assert(
      fc.property(fc.array(cabal, { minLength: 2, maxLength: 6 }), (epochs) => {
        let bonds = market([1, 1, 1], 6, []).bonds;
        let late = minerRow([1, 1, 1]);
        let mover = 0;
        let copier = 0;
        for (const { honest } of epochs) {
          const next = minerRow(honest);
          const output = computeEpoch(market([1, 1, 1], 6, [[next, next, late]], { bonds }));
          mover += output.dividends[0] ?? 0;
          copier += output.dividends[2] ?? 0;
          bonds = output.bonds;
          late = next;
        }
        expect(copier).toBeLessThanOrEqual(mover + 1e-4 * epochs.length);
      }),
      RUNS,
    );
  });
});

describe(`weightedMedian (seed ${SEED})`, () => {
  it("equals the median by sorting, whatever the order and however alike the values", () => {
    const entry = fc.record({
      value: fc.oneof(
        fc.constantFrom(0, 0.25, 0.5),
        fc.double({ min: 2 ** -100, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 1_000 }).map((step) => 0.5 + step * 1e-12),
      ),
      stake: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const kappa = fc.integer({ min: 1, max: 65_535 });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 80 }), kappa, (entries, kappaU16) => {
        const total = entries.reduce((sum, { stake }) => sum + stake, 0) || 1;
        const units = Float64Array.from(entries, ({ stake }) => stakeUnits(stake / total));
        const needed = (units.reduce((sum, unit) => sum + unit, 0) / 65_535) * kappaU16;
        const values = Float64Array.from(entries, ({ value }) => value);
        const median = weightedMedian(values, units, needed, createMedianScratch(entries.length));
        expect(median).toBe(medianBySorting(values, units, needed));
      }),
      { ...RUNS, numRuns: 2_000 },
    );
  });
});

function medianBySorting(values: Float64Array, units: Float64Array, needed: number): number {
  const order = [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  let held = 0;
  for (const i of order) {
    held += units[i] ?? 0;
    if (held >= needed && (units[i] ?? 0) > 0) return values[i] ?? 0;
  }
  return 0;
}
