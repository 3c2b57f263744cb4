import { describe, expect, it } from "@jest/globals";
import { liquidRate } from "../../../src/consensus/ancestor/liquidRate.ts";
import { computeEpoch } from "../../../src/consensus/computeEpoch.ts";
import type { EpochInput } from "../../../src/consensus/epochTypes.ts";
import { EMPTY_ROW, type SparseRow } from "../../../src/consensus/sparseRow.ts";
import { createYuma3Bonds } from "../../../src/consensus/yuma3Bonds.ts";
import { market, PARAMS, row } from "./epochInput.ts";

const YUMA3 = { ...PARAMS, consensusMode: "yuma3" } as const;
const PLAIN = { ...YUMA3, bondsPenaltyU16: 0 } as const;

function yuma3(
  stakes: readonly number[],
  n: number,
  rows: readonly SparseRow[],
  changes: Partial<EpochInput> = {},
): EpochInput {
  return market(stakes, n, [rows], { params: YUMA3, ...changes });
}

const bondOf = (bonds: readonly SparseRow[], validator: number, miner: number): number => {
  const at = bonds[validator]?.uids.indexOf(miner) ?? -1;
  return bonds[validator]?.values[at] ?? 0;
};

/** Epochs in a row with the same rows, from the given bonds. */
function settle(input: EpochInput, epochs: number): readonly SparseRow[] {
  let { bonds } = input;
  for (let epoch = 0; epoch < epochs; epoch++) bonds = computeEpoch({ ...input, bonds }).bonds;
  return bonds;
}

describe("Yuma3 bonds", () => {
  it("CONS-5: follow each validator's weight, whatever its stake", () => {
    const rows = [row({ 2: 1, 3: 1 }), row({ 2: 1, 3: 1 })];
    const { bonds, dividends } = computeEpoch(yuma3([9, 1], 4, rows));
    for (const validator of [0, 1])
      for (const miner of [2, 3]) expect(bondOf(bonds, validator, miner)).toBe(Math.ceil(0.05 * 65_535));
    expect(dividends[0]).toBeCloseTo(0.9, 12);
    expect(dividends[1]).toBeCloseTo(0.1, 12);
  });

  it("CONS-5: pay by stake times the part of a column's bonds", () => {
    const bonds = [row({ 2: 60_000 }), row({ 2: 20_000 }), EMPTY_ROW];
    const { dividends } = computeEpoch(yuma3([1, 3], 3, [row({ 2: 1 }), row({ 2: 1 })], { bonds }));
    const [first = 0, second = 0] = [60_000, 20_000].map((bond) => 0.9 * bond + 0.1 * 65_535);
    expect(dividends[0]).toBeCloseTo(first / (first + 3 * second), 12);
  });

  it("CONS-5: fall by the same rate where a validator gives nothing any more", () => {
    const bonds = [row({ 1: 10_000 }), EMPTY_ROW, EMPTY_ROW];
    const silent = computeEpoch(yuma3([1], 3, [row({ 2: 1 })], { bonds }));
    expect(bondOf(silent.bonds, 0, 1)).toBe(9_000);
    const zero = computeEpoch(yuma3([1], 3, [row({ 1: 0, 2: 1 })], { bonds }));
    expect(zero.bonds).toEqual(silent.bonds);
  });

  it("CONS-5: reach their weight from both sides, so that no past pays for ever", () => {
    const rows = [row({ 2: 1, 3: 2_000 }), row({ 2: 1, 3: 2_000 })];
    const bonds = [row({ 2: 500 }), EMPTY_ROW, EMPTY_ROW, EMPTY_ROW];
    const settled = settle(yuma3([1, 1], 4, rows, { bonds }), 200);
    const reached = Math.floor(65_535 / 2_001);
    expect([bondOf(settled, 0, 2), bondOf(settled, 1, 2)]).toEqual([reached, reached]);
  });

  it("CONS-5: never exceed the weights that they follow", () => {
    const rows = [row({ 2: 65_535 }), row({ 2: 65_535 })];
    expect(bondOf(settle(yuma3([1, 1], 3, rows), 300), 0, 2)).toBe(65_535);
  });

  it("pay nothing to stake that is not active", () => {
    const bonds = [row({ 2: 65_535 }), row({ 2: 65_535 }), EMPTY_ROW];
    const active = Uint8Array.from([1, 0, 1]);
    const { dividends } = computeEpoch(yuma3([1, 1], 3, [row({ 2: 1 }), row({ 2: 1 })], { bonds, active }));
    expect([...dividends]).toEqual([1, 0, 0]);
  });

  it("give a domain's judges their dividends by its counted share", () => {
    const general = row({ 2: 1 });
    const input = market([2, 1], 4, [
      [general, general],
      [row({ 3: 1 }), undefined],
    ]);
    const { incentive, dividends } = computeEpoch({ ...input, params: YUMA3 });
    expect(incentive[3]).toBeCloseTo(0.5, 12);
    expect(dividends[0]).toBeGreaterThan(2 / 3);
  });

  it("are masked in slots registered since the last epoch", () => {
    const bonds = [row({ 2: 65_535 }), EMPTY_ROW, EMPTY_ROW];
    const registeredAt = Float64Array.from([0, 0, 5]);
    const output = computeEpoch(
      yuma3([1, 1], 3, [EMPTY_ROW, row({ 2: 1 })], {
        bonds,
        registeredAt,
        weightsSetAt: new Float64Array(3).fill(9),
      }),
    );
    expect(output.dividends[0]).toBe(0);
  });
});

describe("liquid alpha", () => {
  const LIQUID = { low: 0.1, high: 0.3, steepness: 10 };

  it("CONS-6: moves a bond the faster the further its weight is above the median", () => {
    const rate = liquidRate(LIQUID);
    const rates = [0, 0.25, 0.5, 0.75, 1].map((weight) => rate(weight, 0, 0));
    expect(rates[2]).toBeCloseTo(0.2, 12);
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
    expect(rates.every((one) => one >= LIQUID.low && one <= LIQUID.high)).toBe(true);
    expect(rate(0.2, 0.7, 0.9)).toBeCloseTo(rate(0.5, 0, 0), 12);
  });

  it("CONS-6: moves Yuma3's bonds at that rate", () => {
    const rows = [row({ 2: 1 }), row({ 2: 1 }), row({ 3: 1 })];
    const input = yuma3([2, 2, 1], 4, rows, { params: PLAIN });
    const { bonds } = computeEpoch(input, (...of) => createYuma3Bonds(...of, liquidRate(LIQUID)));
    const rate = liquidRate(LIQUID);
    expect(bondOf(bonds, 0, 2)).toBe(Math.ceil(rate(1, 0, 1) * 65_535));
    expect(bondOf(bonds, 2, 3)).toBe(Math.ceil(rate(1, 0, 0) * 65_535));
  });
});
