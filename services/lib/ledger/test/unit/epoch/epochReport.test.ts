import { asUid, type WeightRow } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { countEpochDetails, readEpochReport } from "../../../src/index.ts";
import { Sim } from "../../gen/sim.ts";

const rowOf = (...weights: readonly (readonly [number, number])[]): WeightRow => ({
  domainId: 0,
  entries: weights.map(([uid, weight]) => ({ uid: asUid(uid), weight })),
});

/** Validators 0 to 2 and miners 3 to 5; `c` commits before uid 5 is there. */
function record() {
  const sim = new Sim({ validators: ["a", "b", "c"] });
  for (const name of ["x", "y"]) sim.register(name);
  sim.runTo(10);
  const rows: Readonly<Record<string, WeightRow[]>> = {
    a: [rowOf([3, 1], [4, 1])],
    b: [rowOf([3, 3], [4, 1])],
    c: [rowOf([2, 9], [4, 2])],
  };
  sim.weightEpoch((name) => rows[name] ?? []);
  const { epochRecord } = sim.weightEpoch(() => []);
  if (epochRecord === undefined) throw new RangeError("the epoch left no record");
  return epochRecord;
}

describe("an epoch's report", () => {
  it("explains a neuron by every validator's weight, what clipping left, and its stake", () => {
    const [neuron] = readEpochReport(record(), { uid: 3, details: true }).neurons;
    expect(neuron?.contributions).toEqual([
      { validatorUid: 0, domainId: 0, weight: 0.5, clipped: 0.5, stakeShare: expect.closeTo(1 / 3, 12) },
      { validatorUid: 1, domainId: 0, weight: 0.75, clipped: 0.5, stakeShare: expect.closeTo(1 / 3, 12) },
    ]);
    expect(neuron?.bonds.reduce((sum, { bond }) => sum + bond, 0)).toBeCloseTo(1, 12);
    expect(neuron?.spreads).toEqual([{ domainId: 0, spread: expect.closeTo(0.75 / (1.25 / 3), 12) }]);
  });

  it("leaves out a validator's weight on itself, and what it gave others is the whole of its row", () => {
    const epoch = record();
    expect(readEpochReport(epoch, { uid: 2, details: true }).neurons[0]?.contributions).toEqual([]);
    const [neuron] = readEpochReport(epoch, { uid: 4, details: true }).neurons;
    expect(neuron?.contributions.map(({ validatorUid, weight }) => [validatorUid, weight])).toEqual([
      [0, 0.5],
      [1, 0.25],
      [2, 1],
    ]);
  });

  it("tells of one neuron what it tells of it among all", () => {
    const epoch = record();
    const all = readEpochReport(epoch, { details: true });
    expect(all.neurons.map(({ uid }) => uid)).toEqual([0, 1, 2, 3, 4]);
    for (const { uid } of all.neurons)
      expect(readEpochReport(epoch, { uid, details: true })).toEqual({
        ...all,
        neurons: all.neurons.filter((neuron) => neuron.uid === uid),
      });
    expect(readEpochReport(epoch, { uid: 5, details: true }).neurons).toEqual([]);
  });

  it("leaves details out when they are not asked for, and counts what they would cost", () => {
    const epoch = record();
    for (const { contributions, bonds, spreads } of readEpochReport(epoch, { details: false }).neurons)
      expect([contributions, bonds, spreads]).toEqual([[], [], []]);
    expect(countEpochDetails(epoch)).toBe(5 * (3 + epoch.bonds.length));
  });
});
