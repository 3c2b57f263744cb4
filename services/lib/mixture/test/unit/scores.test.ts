import {
  addMiner,
  applyScores,
  contextFeatures,
  countTargets,
  mixPredictions,
  nullProbabilities,
  removeMiner,
  reportDomain,
  scoreRows,
  weightRow,
} from "@ganglion/mixture";
import { describe, expect, it } from "@jest/globals";
import { buildInput, buildState } from "./buildState.ts";

describe("scoreRows", () => {
  it("mixes by gates, with the null player as a member", () => {
    const state = buildState(["a", "b"]);
    const [row] = scoreRows(state, buildInput("prose", 1, { a: 0.7, b: 0.1 }));
    expect(row?.jointLoss).toBeCloseTo(-Math.log((0.7 + 0.1 + 0.25) / 3), 6);
    expect(row?.nullLoss).toBeCloseTo(-Math.log(0.25), 12);
    const sum = row?.players.reduce((total, { shapley }) => total + shapley, 0);
    expect(sum).toBeCloseTo((row?.nullLoss ?? 0) - (row?.jointLoss ?? 0), 10);
  });

  it("is the null player's prediction where nobody answered", () => {
    const [row] = scoreRows(buildState(["a"]), buildInput("prose", 1, {}));
    expect(row?.jointLoss).toBeCloseTo(row?.nullLoss ?? Number.NaN, 12);
    expect(row?.players).toEqual([]);
  });

  it("keeps a certain error finite", () => {
    const [row] = scoreRows(buildState(["a"]), buildInput("prose", 1, { a: 0 }));
    expect(Number.isFinite(row?.players[0]?.shapley)).toBe(true);
  });

  it("chooses the best single miner by earlier rows, not in hindsight", () => {
    const state = buildState(["steady", "lucky"]);
    const before = buildInput("prose", 10, { steady: 0.6, lucky: 0.1 });
    applyScores(state, before, scoreRows(state, before));
    const [row] = scoreRows(state, buildInput("prose", 1, { steady: 0.3, lucky: 0.9 }));
    expect(row?.bestSingle?.miner).toBe("steady");
    expect(row?.bestSingle?.loss).toBeCloseTo(-Math.log(0.3), 5);
  });

  it("leaves those with the least gates out where more answered than exact values are affordable for", () => {
    const keys = Array.from({ length: 13 }, (_, i) => `m${i}`);
    const state = buildState(keys);
    const worst = buildInput("prose", 200, { m3: 0.001 });
    for (let step = 0; step < 10; step++) applyScores(state, worst, scoreRows(state, worst));
    const input = buildInput("prose", 1, Object.fromEntries(keys.map((key) => [key, 0.3])));
    const [row] = scoreRows(state, input);
    expect(row?.players.map(({ miner }) => miner)).toEqual(keys.filter((key) => key !== "m3"));
  });
});

describe("weightRow", () => {
  it("is in proportion to what was earned, the largest 65,535", () => {
    const state = buildState(["a", "b"]);
    const input = buildInput("prose", 5, { a: 0.9, b: 0.5 });
    const rows = scoreRows(state, input);
    applyScores(state, input, rows);
    const mean = (miner: string): number =>
      rows.reduce((sum, row) => sum + (row.players.find((p) => p.miner === miner)?.shapley ?? 0), 0);
    const row = weightRow(state, "prose");
    expect(row[0]).toEqual({ miner: "a", weight: 65_535 });
    expect((row[1]?.weight ?? 0) / 65_535).toBeCloseTo(mean("b") / mean("a"), 4);
  });

  it("holds nobody who does harm, and is empty before the first row", () => {
    const state = buildState(["a", "harm"]);
    expect(weightRow(state, "prose")).toEqual([]);
    const input = buildInput("prose", 5, { a: 0.9, harm: 0.01 });
    applyScores(state, input, scoreRows(state, input));
    expect(weightRow(state, "prose").map(({ miner }) => miner)).toEqual(["a"]);
  });

  it("pays for the contexts answered in time only", () => {
    const state = buildState(["fast", "slow"]);
    const all = buildInput("prose", 8, { fast: 0.9, slow: 0.9 });
    const slow = all.answers.get("slow");
    const half = new Map(all.answers);
    if (slow)
      half.set("slow", {
        contextIndices: slow.contextIndices.slice(0, 4),
        probabilities: slow.probabilities.slice(0, 16),
      });
    const input = { ...all, answers: half };
    applyScores(state, input, scoreRows(state, input));
    const [fast, late] = reportDomain(state, "prose").miners;
    expect(late?.score).toBeLessThan((fast?.score ?? 0) / 2);
  });

  it("holds a domain's average while it has no rows", () => {
    const state = buildState(["a"]);
    const prose = buildInput("prose", 5, { a: 0.9 });
    applyScores(state, prose, scoreRows(state, prose));
    const before = reportDomain(state, "prose").miners[0]?.score;
    const code = buildInput("code", 5, { a: 0.1 });
    applyScores(state, code, scoreRows(state, code));
    expect(reportDomain(state, "prose").miners[0]?.score).toBe(before);
  });
});

describe("mixPredictions", () => {
  it("sums to one and tells who made it", () => {
    const state = buildState(["a"]);
    countTargets(state, "prose", Uint8Array.of(0, 0, 1));
    const { probabilities, shares } = mixPredictions(
      state,
      contextFeatures(Uint8Array.of(1, 2)),
      new Map([["a", Float32Array.of(0.5, 0.5, 0, 0)]]),
    );
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    expect(probabilities[0]).toBeCloseTo(0.5 * 0.5 + 0.5 * (3 / 7), 12);
    expect(shares.get("a")).toBeCloseTo(0.5, 12);
  });

  it("is the unigrams of the training rows when nobody answers", () => {
    const state = buildState([]);
    countTargets(state, "prose", Uint8Array.of(2, 2));
    expect([...nullProbabilities(state, "prose")]).toEqual([1 / 6, 1 / 6, 3 / 6, 1 / 6]);
    expect([...mixPredictions(state, contextFeatures(new Uint8Array(0)), new Map()).probabilities]).toEqual([
      1 / 6,
      1 / 6,
      3 / 6,
      1 / 6,
    ]);
  });
});

describe("miners", () => {
  it("are forgotten when their slot is replaced", () => {
    const state = buildState(["a", "b"]);
    const input = buildInput("prose", 20, { a: 0.9, b: 0.9 });
    applyScores(state, input, scoreRows(state, input));
    removeMiner(state, "b");
    addMiner(state, "b");
    expect(state.pairs.size).toBe(0);
    expect(state.domains[0]?.leaders.size).toBe(0);
    expect(state.miners.get("b")).toMatchObject({ scoredContexts: 0, joinedStep: 1 });
  });

  it.each(["", "two words", "é"])("refuses the key %p", (key) => {
    expect(() => addMiner(buildState([]), key)).toThrow(expect.objectContaining({ code: "MIXTURE_BAD_KEY" }));
  });
});
