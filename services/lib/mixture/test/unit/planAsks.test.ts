import {
  type AskOptions,
  applyScores,
  contextFeatures,
  createRandom,
  type MixtureState,
  markReplayed,
  newcomerPhase,
  onProbation,
  planAsks,
  scoreRows,
} from "@ganglion/mixture";
import { describe, expect, it } from "@jest/globals";
import { buildInput, buildState } from "./buildState.ts";

const FEATURES = contextFeatures(Uint8Array.from("prose", (c) => c.charCodeAt(0)));

function options(state: MixtureState, rest: Partial<AskOptions> = {}): AskOptions {
  return {
    k: 2,
    newcomerSeats: 0,
    explorationSeats: 0,
    random: createRandom(7),
    reachable: new Map([...state.miners.keys()].map((key) => [key, 1])),
    ...rest,
  };
}

function trained(): MixtureState {
  const state = buildState(["best", "good", "poor", "worst"]);
  for (const key of state.miners.keys()) markReplayed(state, key);
  for (let step = 0; step < 20; step++) {
    const input = buildInput("prose", 8, { best: 0.95, good: 0.6, poor: 0.12, worst: 0.01 });
    applyScores(state, input, scoreRows(state, input));
  }
  return state;
}

const context = { features: FEATURES, domain: "prose", purpose: "scored" } as const;

describe("planAsks", () => {
  const state = trained();

  it("asks the k best", () => {
    expect(planAsks(state, [context], options(state))).toEqual([["best", "good"]]);
  });

  it("asks those who answer in time before those who rarely do", () => {
    const reachable = new Map([
      ["best", 0.0001],
      ["good", 1],
      ["poor", 1],
    ]);
    expect(planAsks(state, [context], options(state, { k: 1, reachable }))).toEqual([["good"]]);
  });

  it("gives everybody a chance by exploration, and users none of it", () => {
    const contexts = Array.from({ length: 40 }, () => context);
    const asked = planAsks(state, contexts, options(state, { explorationSeats: 1 }));
    expect(asked.every((keys) => keys.length === 3)).toBe(true);
    expect(new Set(asked.flat())).toEqual(new Set(["best", "good", "poor", "worst"]));
    const serving = planAsks(
      state,
      [{ ...context, domain: undefined, purpose: "serving" }],
      options(state, { explorationSeats: 1 }),
    );
    expect(serving).toEqual([["best", "good"]]);
  });

  it("explores in part of the contexts when the seat is a fraction", () => {
    const contexts = Array.from({ length: 200 }, () => context);
    const asked = planAsks(state, contexts, options(state, { explorationSeats: 0.25 }));
    const explored = asked.filter((keys) => keys.length === 3).length;
    expect(explored).toBeGreaterThan(25);
    expect(explored).toBeLessThan(75);
  });

  it("draws equal miners evenly when nothing is known", () => {
    const untried = buildState(["a", "b", "c", "d"]);
    const asked = planAsks(
      untried,
      Array.from({ length: 400 }, () => context),
      options(untried, { k: 1 }),
    ).flat();
    for (const key of untried.miners.keys())
      expect(asked.filter((other) => other === key).length).toBeGreaterThan(60);
  });

  it("keeps a seat for newcomers until their gate knows enough", () => {
    const withNewcomer = structuredClone(state);
    const worst = withNewcomer.miners.get("worst");
    if (worst) worst.scoredContexts = 0;
    expect(onProbation(withNewcomer, "worst")).toBe(true);
    expect(planAsks(withNewcomer, [context], options(withNewcomer, { newcomerSeats: 2 }))).toEqual([
      ["best", "good", "worst"],
    ]);
  });
});

describe("planAsks among many", () => {
  it("asks no more for one context than a row may score, and leaves copies out first", () => {
    const keys = Array.from({ length: 20 }, (_, i) => `m${i}`);
    const state = buildState(keys);
    for (const key of keys) markReplayed(state, key);
    for (const key of keys.slice(1)) state.domains[1]?.leaders.set(key, "m0");
    const asks = planAsks(
      state,
      Array.from({ length: 20 }, () => ({ ...context, purpose: "probe" as const })),
      options(state, { k: 8, newcomerSeats: 2, explorationSeats: 1 }),
    );
    expect(new Set(asks.map((asked) => asked.length))).toEqual(new Set([12]));
    const { length } =
      planAsks(state, [context], options(state, { k: 8, newcomerSeats: 8, explorationSeats: 1 }))[0] ?? [];
    expect(length).toBe(12);
  });
});

describe("newcomerPhase", () => {
  it("collects rows, replays them once, then serves", () => {
    const state = buildState(["a"]);
    expect(newcomerPhase(state, "a", 8_191)).toBe("collect");
    expect(newcomerPhase(state, "a", 8_192)).toBe("replay");
    markReplayed(state, "a");
    expect(newcomerPhase(state, "a", 0)).toBe("serve");
  });

  it("forgets at the replay what the unready head did", () => {
    const state = buildState(["a"]);
    const input = buildInput("prose", 20, { a: 0.05 });
    applyScores(state, input, scoreRows(state, input));
    markReplayed(state, "a");
    expect(state.miners.get("a")).toMatchObject({ scoredContexts: 0, gate: { contexts: 0 } });
  });
});
