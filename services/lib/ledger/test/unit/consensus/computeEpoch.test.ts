import { InvariantError } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { computeContributions } from "../../../src/consensus/computeContributions.ts";
import { computeEpoch } from "../../../src/consensus/computeEpoch.ts";
import { EMPTY_ROW } from "../../../src/consensus/sparseRow.ts";
import { market, PARAMS, row } from "./epochInput.ts";

describe("computeEpoch", () => {
  it("takes the stake-weighted median of each column and clips what is above it", () => {
    const rows = [row({ 3: 60, 4: 40 }), row({ 3: 50, 4: 50 }), row({ 3: 10, 4: 90 })];
    const { consensus, validatorTrust } = computeEpoch(market([40, 35, 25], 5, [rows]));
    expect([...consensus.slice(3)]).toEqual([0.5, 0.5]);
    expect([...validatorTrust.slice(0, 3)]).toEqual([0.9, 1, 0.6]);
  });

  it("pays by the median, or by the clipped rank if asked to", () => {
    const rows = [row({ 3: 60, 4: 40 }), row({ 3: 50, 4: 50 }), row({ 3: 10, 4: 90 })];
    const byMedian = computeEpoch(market([40, 35, 25], 5, [rows]));
    const byRank = computeEpoch(
      market([40, 35, 25], 5, [rows], { params: { ...PARAMS, incentiveFrom: "rank" } }),
    );
    expect([...byMedian.incentive.slice(3)]).toEqual([0.5, 0.5]);
    expect(byRank.incentive[3]).toBeCloseTo(0.4 / (0.4 + 0.46), 12);
  });

  it("judges a niche by those who scored it: others do not vote it to zero", () => {
    const general = row({ 3: 1 });
    const niche = row({ 4: 1 });
    const output = computeEpoch(
      market([50, 30, 20], 5, [
        [general, general, general],
        [niche, niche, undefined],
      ]),
    );
    expect(output.coverage[1]).toBeCloseTo(0.8, 12);
    expect([...output.countedShare]).toEqual([0.5, 0.5]);
    expect(output.incentive[4]).toBeCloseTo(0.5, 12);
  });

  it("counts an empty sub-row as a vote for nobody", () => {
    const output = computeEpoch(market([40, 60], 3, [[row({ 2: 1 }), EMPTY_ROW]]));
    expect(output.coverage[0]).toBe(1);
    expect([...output.incentive]).toEqual([0, 0, 0]);
  });

  it("counts a domain below two thirds of active stake in proportion and spreads the rest", () => {
    const output = computeEpoch(
      market([20, 80], 4, [
        [row({ 2: 1 }), row({ 2: 1 })],
        [row({ 3: 1 }), undefined],
      ]),
    );
    expect(output.coverage[1]).toBeCloseTo(0.2, 12);
    expect(output.countedShare[1]).toBeCloseTo(0.5 * 0.3, 12);
    expect(output.incentive[3]).toBeCloseTo(0.15, 12);
    expect(output.incentive[2]).toBeCloseTo(0.85, 12);
  });

  it("counts a domain in full that two of three equal validators scored", () => {
    const output = computeEpoch(
      market([1, 1, 1], 5, [
        [row({ 3: 1 }), row({ 3: 1 }), row({ 3: 1 })],
        [row({ 4: 1 }), row({ 4: 1 }), undefined],
      ]),
    );
    expect([...output.countedShare]).toEqual([0.5, 0.5]);
    expect([...output.incentive.slice(3)]).toEqual([0.5, 0.5]);
  });

  it("ignores a validator's weight on itself and on slots registered at or after its commit", () => {
    const rows = [row({ 0: 100, 2: 50, 3: 50 }), row({ 2: 50, 3: 50 })];
    const registeredAt = Float64Array.from([0, 0, 10, 9]);
    const output = computeEpoch(market([1, 1], 4, [rows], { registeredAt }));
    expect([...output.consensus]).toEqual([0, 0, 0, 1]);
  });

  it("keeps the bonds of an inactive validator decaying and paying, without its vote", () => {
    const rows = [row({ 2: 1 }), row({ 2: 1 })];
    const first = computeEpoch(market([50, 50], 3, [rows]));
    const active = Uint8Array.from([1, 0, 1]);
    const second = computeEpoch(market([50, 50], 3, [rows], { bonds: first.bonds, active }));
    expect([...second.stake]).toEqual([1, 0, 0]);
    expect(second.dividends[1]).toBeCloseTo(0.45, 4);
    expect(second.dividends[0]).toBeCloseTo(0.55, 4);
  });

  it("masks bonds in slots registered since the last epoch", () => {
    const bonds = [row({ 2: 65_535 }), EMPTY_ROW, EMPTY_ROW];
    const rows = [EMPTY_ROW, row({ 2: 1 })];
    const keep = computeEpoch(market([1, 2], 3, [rows], { bonds }));
    const replaced = computeEpoch(
      market([1, 2], 3, [rows], { bonds, registeredAt: Float64Array.from([0, 0, 5]) }),
    );
    expect(keep.dividends[0]).toBeCloseTo(0.9, 12);
    expect(replaced.dividends[0]).toBe(0);
  });

  it("keeps bond rows only of those that hold the next permit", () => {
    const rows = [row({ 2: 1 }), row({ 2: 1 })];
    const { bonds } = computeEpoch(market([1, 3], 3, [rows], { nextPermits: Uint8Array.from([1, 0, 0]) }));
    expect([...(bonds[0]?.values ?? [])]).toEqual([21_845]);
    expect(bonds[1]?.uids).toHaveLength(0);
  });

  it("gives nothing when nobody scored anything", () => {
    const output = computeEpoch(market([1, 1], 4, [[undefined, undefined]]));
    expect([...output.incentive, ...output.dividends, ...output.countedShare].every((x) => x === 0)).toBe(
      true,
    );
  });

  it("refuses a row that names a slot that does not exist", () => {
    expect(() => computeEpoch(market([1], 2, [[row({ 2: 1 })]]))).toThrow(InvariantError);
  });

  it("explains each neuron by every validator's weight, what clipping left, and its stake", () => {
    const input = market([60, 40], 4, [[row({ 2: 1, 3: 1 }), row({ 2: 3, 3: 1 })]]);
    const [, , miner] = computeContributions(input, computeEpoch(input), [7]);
    expect(miner).toEqual([
      { validatorUid: 0, domainId: 7, weight: 0.5, clipped: 0.5, stakeShare: 0.6 },
      { validatorUid: 1, domainId: 7, weight: 0.75, clipped: 0.5, stakeShare: 0.4 },
    ]);
  });
});
