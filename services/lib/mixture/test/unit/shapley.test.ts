import { describe, expect, it } from "@jest/globals";
import { fisherInformation, jointProbability, leaveOneOut } from "../../src/scores/marginals.ts";
import { type RowGame, shapleyValues } from "../../src/scores/shapley.ts";

const GAME: RowGame = {
  gates: Float64Array.of(0.4, 0.1, 0.25, 0.2, 0.05),
  probabilities: Float64Array.of(0.6, 0.01, 0.3, 0.02, 0.05),
};

function value(members: readonly number[]): number {
  const all = [...members, 4];
  const mixed = all.reduce((sum, i) => sum + (GAME.gates[i] ?? 0) * (GAME.probabilities[i] ?? 0), 0);
  return Math.log(mixed / all.reduce((sum, i) => sum + (GAME.gates[i] ?? 0), 0));
}

function orders(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    orders(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

describe("shapleyValues", () => {
  it("is the mean marginal value over all orders of arrival", () => {
    const expected = [0, 0, 0, 0];
    const all = orders([0, 1, 2, 3]);
    for (const order of all)
      order.forEach((player, at) => {
        const before = order.slice(0, at);
        expected[player] =
          (expected[player] ?? 0) + (value([...before, player]) - value(before)) / all.length;
      });
    const got = shapleyValues(GAME);
    expected.forEach((wanted, i) => {
      expect(got[i]).toBeCloseTo(wanted, 12);
    });
  });

  it("gives nothing to nobody", () => {
    expect(shapleyValues({ gates: Float64Array.of(1), probabilities: Float64Array.of(0.1) })).toHaveLength(0);
  });
});

describe("leaveOneOut", () => {
  it("is what the joint prediction loses without a player, gates renormalised", () => {
    const without = leaveOneOut(GAME);
    [0, 1, 2, 3].forEach((player) => {
      const others = [0, 1, 2, 3].filter((other) => other !== player);
      expect(without[player]).toBeCloseTo(value([0, 1, 2, 3]) - value(others), 12);
    });
  });

  it("stays finite when one player holds the whole gate", () => {
    const alone = { gates: Float64Array.of(1, 0), probabilities: Float64Array.of(0.5, 0.1) };
    expect(Number.isFinite(leaveOneOut(alone)[0])).toBe(true);
  });
});

describe("fisherInformation", () => {
  it("is half the squared slope of the log joint along the player's gate logit", () => {
    const logits = GAME.gates.map(Math.log);
    const logJoint = (moved: Float64Array): number => {
      const total = moved.reduce((sum, logit) => sum + Math.exp(logit), 0);
      const gates = moved.map((logit) => Math.exp(logit) / total);
      return Math.log(jointProbability({ gates, probabilities: GAME.probabilities }));
    };
    const fisher = fisherInformation(GAME);
    const h = 1e-5;
    [0, 1, 2, 3].forEach((player) => {
      const up = logits.with(player, (logits[player] ?? 0) + h);
      const down = logits.with(player, (logits[player] ?? 0) - h);
      const slope = (logJoint(up) - logJoint(down)) / (2 * h);
      expect(fisher[player]).toBeCloseTo(0.5 * slope * slope, 9);
    });
  });
});
