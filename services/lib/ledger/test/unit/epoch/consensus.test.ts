import { asUid, type WeightRow } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { SERVE_MINER, Sim } from "../../gen/sim.ts";

const rowOf = (domainId: number, weights: readonly (readonly [number, number])[]): WeightRow => ({
  domainId,
  entries: weights.map(([uid, weight]) => ({ uid: asUid(uid), weight })),
});

describe("an epoch's consensus", () => {
  it("WEIGHT-6: masks entries for slots that were registered at or after the commit", () => {
    const sim = new Sim();
    sim.register("old");
    sim.runTo(10);
    const rows = [
      rowOf(0, [
        [1, 1],
        [2, 1],
      ]),
    ];
    sim.send("val", sim.commitOf("val", rows));
    sim.send("new", sim.workFor("new"));
    sim.block();
    sim.runTo(20);
    sim.send("val", sim.revealOf(rows));
    const report = sim.runTo(30).epochReport;
    expect(report?.neurons.map((neuron) => neuron.incentive)).toEqual([0, 1, 0]);
    expect(report?.neurons[2]?.contributions).toEqual([]);
    expect(report?.neurons[1]?.contributions).toMatchObject([{ validatorUid: 0, weight: 1, clipped: 1 }]);
  });

  it("WEIGHT-7: drops the stake of a validator that has not revealed for activityCutoff", () => {
    const sim = new Sim({ validators: ["a", "b"] });
    sim.register("miner");
    sim.include("miner", SERVE_MINER);
    sim.runTo(40);
    expect(sim.neuron("a").active).toBe(false);
    expect(sim.neuron("miner").active).toBe(true);
    const rows = [rowOf(0, [[2, 1]])];
    sim.include("a", sim.commitOf("a", rows));
    sim.runTo(50);
    sim.send("a", sim.revealOf(rows));
    const report = sim.runTo(60).epochReport;
    expect(sim.neuron("a").active).toBe(true);
    expect(sim.neuron("b").active).toBe(false);
    expect(report?.domains[0]).toMatchObject({ scoredStake: 1, effectiveShare: 1 });
  });

  it("WEIGHT-8: uses a reveal at the end of its epoch only", () => {
    const sim = new Sim();
    sim.register("miner");
    sim.runTo(10);
    sim.weightEpoch(() => [rowOf(0, [[1, 1]])]);
    expect(sim.weightEpoch(() => []).epochReport?.neurons[1]?.incentive).toBe(1);
    expect(sim.runTo(40).epochReport?.neurons[1]?.incentive).toBe(0);
  });

  it("DOMAIN-1: judges a domain by those who scored it, and halves what too few scored", () => {
    const domains = [
      { name: "prose", sharePpm: 500_000 },
      { name: "code", sharePpm: 500_000 },
    ];
    const sim = new Sim({ validators: ["a", "b", "c"], domains });
    sim.register("proser");
    sim.register("coder");
    sim.runTo(10);
    const prose = rowOf(0, [[3, 1]]);
    const code = rowOf(1, [[4, 1]]);
    const rowsOf = (name: string) => (name === "a" ? [prose, code] : [prose]);
    sim.weightEpoch(rowsOf);
    const report = sim.weightEpoch(rowsOf).epochReport;
    expect(report?.domains[0]?.scoredStake).toBeCloseTo(1, 12);
    expect(report?.domains[1]?.scoredStake).toBeCloseTo(1 / 3, 12);
    // A third of the stake is half of two thirds: the domain counts half of its share.
    expect(report?.domains[1]?.effectiveShare).toBeCloseTo(0.25, 12);
    expect(report?.neurons[4]?.incentive).toBeCloseTo(0.25, 12);
    expect(report?.neurons[3]?.incentive).toBeCloseTo(0.75, 12);
  });

  it("CONS-1: follows the median, so that a minority lifts nobody", () => {
    const sim = new Sim({ validators: ["a", "b", "c"] });
    sim.register("good");
    sim.register("crony");
    sim.runTo(10);
    const rowsOf = (name: string) => [rowOf(0, name === "c" ? [[4, 1]] : [[3, 1]])];
    sim.weightEpoch(rowsOf);
    const report = sim.weightEpoch(rowsOf).epochReport;
    expect(report?.neurons.map((neuron) => neuron.incentive)).toEqual([0, 0, 0, 1, 0]);
    expect(report?.neurons[2]?.dividend).toBe(0);
    expect(report?.neurons[3]?.spreads).toMatchObject([{ domainId: 0 }]);
    expect(report?.neurons[3]?.spreads[0]?.spread).toBeCloseTo(1.5, 12);
    expect(sim.neuron("good").incentive).toBe(65_535);
  });

  it("CONS-4: keeps bonds of permit holders as a moving average", () => {
    const sim = new Sim({ validators: ["a", "b"] });
    sim.register("x");
    sim.runTo(10);
    const rows = [rowOf(0, [[2, 1]])];
    sim.weightEpoch(() => rows);
    const report = sim.weightEpoch(() => rows).epochReport;
    expect(report?.neurons[2]?.bonds).toEqual([
      { validatorUid: 0, bond: 0.5 },
      { validatorUid: 1, bond: 0.5 },
    ]);
    sim.send("a", sim.revealOf(rows));
    sim.send("b", sim.revealOf(rows));
    sim.send("a", sim.commitOf("a", rows));
    sim.runTo(40);
    sim.send("a", sim.revealOf(rows));
    const later = sim.runTo(50).epochReport;
    const [first, second] = later?.neurons[2]?.bonds ?? [];
    expect(first?.bond).toBeGreaterThan(second?.bond ?? 1);
    expect(second?.bond).toBeGreaterThan(0.4);
  });
});
