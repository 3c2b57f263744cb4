import { describe, expect, it } from "@jest/globals";
import {
  computeSigmoidEpoch,
  type SigmoidInput,
} from "../../../src/consensus/ancestor/computeSigmoidEpoch.ts";

const PARAMS = {
  rho: 10,
  kappa: 0.5,
  selfOwnership: 0.5,
  bondsMovingAveragePpm: 900_000,
  decay: "all",
} as const;

/** Validators by their weights `{miner: weight}`; uids without stake are miners. */
function network(
  stakes: readonly number[],
  rows: readonly Readonly<Record<number, number>>[],
  changes: Partial<SigmoidInput> = {},
): SigmoidInput {
  return {
    active: new Uint8Array(stakes.length).fill(1),
    stakeSpikes: stakes.map(BigInt),
    rows: stakes.map((_, uid) =>
      Object.entries(rows[uid] ?? {}).map(([to, weight]) => ({ uid: Number(to), weight })),
    ),
    bonds: stakes.map(() => new Float64Array(stakes.length)),
    emissionSpikes: 1_000_000n,
    params: PARAMS,
    ...changes,
  };
}

describe("computeSigmoidEpoch", () => {
  it("CONS-6: lifts a miner above half only if more than half of stake lists it", () => {
    const { consensus, trust } = computeSigmoidEpoch(
      network([30, 21, 49, 0, 0], [{ 3: 1 }, { 3: 1 }, { 4: 1 }]),
    );
    expect(trust[3]).toBeCloseTo(0.51, 12);
    expect(consensus[3]).toBeGreaterThan(0.5);
    expect(consensus[4]).toBeLessThan(0.5);
  });

  it("CONS-6: splits a miner's incentive between itself and those bonded to it", () => {
    const params = { ...PARAMS, bondsMovingAveragePpm: 0 };
    const { dividends, emission } = computeSigmoidEpoch(network([3, 1, 0], [{ 2: 1 }, { 2: 1 }], { params }));
    expect([...dividends]).toEqual([0.375, 0.125, 0.5]);
    expect(emission).toEqual([375_000n, 125_000n, 500_000n]);
  });

  it("CONS-6: pays nobody if nobody is ranked, nor for weight on oneself", () => {
    const { dividends, consensus, emission } = computeSigmoidEpoch(network([1, 1], [{ 0: 1 }, { 1: 1 }]));
    expect([...dividends, ...consensus]).toEqual([0, 0, 0, 0]);
    expect(emission).toEqual([0n, 0n]);
  });

  it("lets bonds without a weight rest or shrink, by generation", () => {
    const bonds = [Float64Array.from([0, 0, 1_000]), new Float64Array(3), new Float64Array(3)];
    const after = (decay: "weighted" | "all"): number | undefined =>
      computeSigmoidEpoch(network([1, 1, 0], [{}, { 2: 1 }], { bonds, params: { ...PARAMS, decay } }))
        .bonds[0]?.[2];
    expect(after("weighted")).toBe(1_000);
    expect(after("all")).toBe(900);
  });

  it("gives stake that is not active no voice", () => {
    const { rank } = computeSigmoidEpoch(
      network([1, 99, 0, 0], [{ 2: 1 }, { 3: 1 }], { active: Uint8Array.from([1, 0, 1, 1]) }),
    );
    expect([...rank]).toEqual([0, 0, 1, 0]);
  });
});
