import { InvariantError } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { adjustDemand } from "../../../src/consensus/adjustDemand.ts";
import { blockEmission } from "../../../src/consensus/blockEmission.ts";
import { countShares } from "../../../src/consensus/countShares.ts";
import { SCENARIO_MODES, type ScenarioMode } from "../../../src/consensus/scenario.ts";
import { selectPermits } from "../../../src/consensus/selectPermits.ts";
import { simulateEpoch } from "../../../src/consensus/simulateEpoch.ts";
import { splitByLargestRemainder } from "../../../src/consensus/splitByLargestRemainder.ts";
import { toFractions53 } from "../../../src/consensus/toFractions53.ts";

const GLN = 1_000_000_000n;

describe("blockEmission", () => {
  it("mints 1 GLN a block at the start", () => {
    expect(blockEmission(0n, 21_000_000n * GLN)).toBe(GLN);
  });

  it("halves exactly where half of what was left is issued", () => {
    const cap = 2_100n * GLN;
    expect(blockEmission(1_050n * GLN - 1n, cap)).toBe(GLN);
    expect(blockEmission(1_050n * GLN, cap)).toBe(GLN / 2n);
  });

  it("never mints beyond the cap", () => {
    expect(blockEmission(99n, 100n)).toBeLessThanOrEqual(1n);
    expect(blockEmission(100n, 100n)).toBe(0n);
    expect(blockEmission(200n, 100n)).toBe(0n);
  });
});

describe("splitByLargestRemainder", () => {
  it("gives what is left to the largest remainders, ties to the lower index", () => {
    expect(splitByLargestRemainder(10n, [1n, 1n, 1n])).toEqual([4n, 3n, 3n]);
    expect(splitByLargestRemainder(10n, [1n, 5n, 6n])).toEqual([1n, 4n, 5n]);
  });

  it("splits nothing into nothing, and refuses to split something over nobody", () => {
    expect(splitByLargestRemainder(0n, [0n, 0n])).toEqual([0n, 0n]);
    expect(() => splitByLargestRemainder(1n, [0n])).toThrow(InvariantError);
    expect(() => splitByLargestRemainder(1n, [-1n, 2n])).toThrow(InvariantError);
    expect(() => splitByLargestRemainder(-1n, [1n])).toThrow(InvariantError);
  });
});

describe("toFractions53", () => {
  it("floors to 2^-53 and refuses what is not a fraction", () => {
    expect(toFractions53(Float64Array.from([0, 0.5, 1]))).toEqual([0n, 1n << 52n, 1n << 53n]);
    for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => toFractions53(Float64Array.from([wrong]))).toThrow(InvariantError);
  });
});

describe("countShares", () => {
  it("keeps the whole with the one domain that was scored", () => {
    expect([...countShares([1, 3], Float64Array.from([0.1, 0]))]).toEqual([1, 0]);
    expect(countShares([1, 1, 1], Float64Array.from([0, 0.5, 0]))[1]).toBeCloseTo(1, 12);
  });

  it("counts nothing where nothing was scored", () => {
    expect([...countShares([1, 1], new Float64Array(2))]).toEqual([0, 0]);
    expect([...countShares([], new Float64Array(0))]).toEqual([]);
  });
});

describe("selectPermits", () => {
  it("takes the greatest eligible stakes above zero, ties to the lower uid", () => {
    const eligible = Uint8Array.from([1, 1, 1, 0, 1]);
    expect([...selectPermits([5n, 7n, 5n, 9n, 0n], eligible, 2)]).toEqual([1, 1, 0, 0, 0]);
    expect([...selectPermits([5n, 7n, 5n, 9n, 0n], eligible, 5)]).toEqual([1, 1, 1, 0, 0]);
  });
});

describe("adjustDemand", () => {
  it("stays at the target, rises above it, falls below it, within its bounds", () => {
    const demand = { current: 1_000n, target: 2, min: 600n, max: 1_400n };
    expect(adjustDemand({ ...demand, registrations: 2 })).toBe(1_000n);
    expect(adjustDemand({ ...demand, registrations: 3 })).toBe(1_250n);
    expect(adjustDemand({ ...demand, registrations: 6 })).toBe(1_400n);
    expect(adjustDemand({ ...demand, registrations: 0 })).toBe(600n);
  });
});

describe("simulateEpoch", () => {
  const scenario = {
    validators: [
      { name: "alice", stakeSpikes: 60n, weights: { german: { hans: 3, noise: 1 } } },
      { name: "bob", stakeSpikes: 40n, weights: { german: { hans: 1 } } },
    ],
    miners: ["hans", "noise"],
    domains: { german: 1 },
  };

  it("says who gets what and why, to the last spike", () => {
    const { neurons, domains } = simulateEpoch(scenario);
    expect(domains).toEqual([{ name: "german", coverage: 1, countedShare: 1 }]);
    expect(neurons.map((neuron) => neuron.name)).toEqual(["alice", "bob", "hans", "noise"]);
    expect(neurons.reduce((sum, neuron) => sum + neuron.emissionSpikes, 0n)).toBe(GLN);
    expect(neurons[2]?.emissionSpikes).toBe(375_000_000n);
    expect(neurons[2]?.contributions).toHaveLength(2);
  });

  it("lets bonds settle over epochs", () => {
    const change = { ...scenario, epochs: 10 };
    const [alice] = simulateEpoch(change).neurons;
    expect(alice?.dividends).toBeGreaterThan(0.5);
  });

  it("mints nothing where no miner has incentive", () => {
    const nobody = { validators: [{ name: "alice", stakeSpikes: 1n, weights: {} }], miners: ["hans"] };
    expect(simulateEpoch(nobody).neurons.every((neuron) => neuron.emissionSpikes === 0n)).toBe(true);
  });

  it("CONS-6: plays each form, also those that no ledger uses", () => {
    const dividendOf = (mode: ScenarioMode, liquidAlpha = {}): number | undefined =>
      simulateEpoch({ ...scenario, mode, liquidAlpha, epochs: 3, params: { bondsPenaltyU16: 0 } }).neurons[0]
        ?.dividends;
    const [classic, yuma3, liquid, sigmoid] = SCENARIO_MODES.map((mode) => dividendOf(mode));
    expect(new Set([classic, yuma3, liquid, sigmoid]).size).toBe(4);
    expect(dividendOf("liquid", { low: 0.1, high: 0.1 })).toBeCloseTo(yuma3 ?? 0, 12);
  });

  it("CONS-6: pays all of an emission but the roundings under the sigmoid form, by what trust allows", () => {
    const { neurons, domains } = simulateEpoch({ ...scenario, mode: "sigmoid", sigmoid: { rho: 20 } });
    const paid = neurons.reduce((sum, neuron) => sum + neuron.emissionSpikes, 0n);
    expect(paid <= GLN && GLN - paid < 4n).toBe(true);
    expect(domains).toEqual([{ name: "german", coverage: 1, countedShare: 1 }]);
    expect(neurons[3]?.consensus).toBeGreaterThan(0.5);
    expect(neurons[2]?.contributions).toEqual([
      { validatorUid: 0, domainId: 0, weight: 0.75, clipped: 0.75, stakeShare: 0.6 },
      { validatorUid: 1, domainId: 0, weight: 1, clipped: 1, stakeShare: 0.4 },
    ]);
  });

  it.each([
    [{ ...scenario, domains: { german: 1, french: 1 }, mode: "sigmoid" as const }, "no domains"],
    [{ ...scenario, mode: "liquid" as const, liquidAlpha: { low: 0.95 } }, "low"],
    [{ ...scenario, miners: ["hans", "hans"] }, "twice"],
    [{ ...scenario, miners: ["noise"] }, "no miner"],
    [{ ...scenario, domains: { french: 1 } }, "no domain"],
    [{ ...scenario, domains: { german: -1 } }, "share"],
    [{ ...scenario, validators: [{ name: "a", stakeSpikes: -1n, weights: {} }] }, "negative"],
    [
      { ...scenario, validators: [{ name: "a", stakeSpikes: 1n, weights: { german: { hans: -1 } } }] },
      "weight",
    ],
  ])("refuses a scenario that makes no sense (%#)", (bad, why) => {
    expect(() => simulateEpoch(bad)).toThrow(why);
  });
});
