import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type RowGame, shapleyValues } from "../../src/scores/shapley.ts";

const SEED = 20_261;

/** 1 to 8 players and the null player, gates summing to 1. */
const games = fc
  .array(
    fc.record({
      gate: fc.double({ min: 1e-6, max: 1, noNaN: true }),
      probability: fc.double({ min: 1e-9, max: 1, noNaN: true }),
    }),
    { minLength: 2, maxLength: 9 },
  )
  .map((players): RowGame => {
    const total = players.reduce((sum, { gate }) => sum + gate, 0);
    return {
      gates: Float64Array.from(players, ({ gate }) => gate / total),
      probabilities: Float64Array.from(players, ({ probability }) => probability),
    };
  });

const insert = (game: RowGame, gate: number, probability: number): RowGame => ({
  gates: Float64Array.of(gate, ...game.gates),
  probabilities: Float64Array.of(probability, ...game.probabilities),
});

describe(`shapleyValues (seed ${SEED})`, () => {
  it("adds up to what all together know beyond the null player", () => {
    fc.assert(
      fc.property(games, (game) => {
        const sum = shapleyValues(game).reduce((total, share) => total + share, 0);
        const joint = game.gates.reduce((total, gate, i) => total + gate * (game.probabilities[i] ?? 0), 0);
        expect(sum).toBeCloseTo(Math.log(joint / (game.probabilities.at(-1) ?? 1)), 8);
      }),
      { seed: SEED },
    );
  });

  it("gives a player without a gate nothing", () => {
    fc.assert(
      fc.property(games, fc.double({ min: 1e-9, max: 1, noNaN: true }), (game, probability) => {
        expect(shapleyValues(insert(game, 0, probability))[0]).toBeCloseTo(0, 12);
      }),
      { seed: SEED },
    );
  });

  it("gives equal players equal shares", () => {
    fc.assert(
      fc.property(games, (game) => {
        const gate = game.gates[0] ?? 0;
        const twins = shapleyValues(insert(game, gate, game.probabilities[0] ?? 0));
        expect(twins[0]).toBeCloseTo(twins[1] ?? Number.NaN, 9);
      }),
      { seed: SEED },
    );
  });
});
