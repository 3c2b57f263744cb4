import {
  addMiner,
  applyScores,
  computeGates,
  contextFeatures,
  copyGroups,
  forgetDeparted,
  type MinerKey,
  type MixtureState,
  markReplayed,
  onProbation,
  planAsks,
  recordProbe,
  rememberDeparted,
  removeMiner,
  reportDomain,
  restoreSeniority,
  type ScoreInput,
  scoreRows,
  trainingGates,
  weightRow,
} from "@ganglion/mixture";
import { describe, expect, it } from "@jest/globals";
import { entropyBits, jensenShannonBits } from "../../src/copies/jensenShannon.ts";
import { pairDistance } from "../../src/copies/pairDistance.ts";
import { buildInput, buildState, TINY } from "./buildState.ts";

function step(state: MixtureState, ...inputs: readonly ScoreInput[]): void {
  for (const input of inputs) applyScores(state, input, scoreRows(state, input));
}

const probeOf = (sign: number): Float32Array =>
  Float32Array.from({ length: TINY.dim }, (_, i) => (i % 2 === 0 ? sign : -1));

function join(state: MixtureState, key: MinerKey, behaviourSince: number): void {
  const miner = state.miners.get(key);
  if (miner) miner.behaviourSince = behaviourSince;
}

describe("jensenShannonBits", () => {
  const row = (values: readonly number[]) => ({
    values,
    start: 0,
    entropy: entropyBits({ values, start: 0 }, values.length),
  });

  it("is 0 for equal and 1 for disjoint predictions", () => {
    expect(jensenShannonBits(row([0.2, 0.8]), row([0.2, 0.8]), 2)).toBeCloseTo(0, 12);
    expect(jensenShannonBits(row([1, 0]), row([0, 1]), 2)).toBeCloseTo(1, 12);
  });

  it("is the mean divergence from the middle", () => {
    const [p, q] = [
      [0.5, 0.4, 0.1],
      [0.1, 0.3, 0.6],
    ];
    const middle = p?.map((x, i) => (x + (q?.[i] ?? 0)) / 2) ?? [];
    const kl = (a: readonly number[]): number =>
      a.reduce((sum, x, i) => sum + x * Math.log2(x / (middle[i] ?? 1)), 0);
    expect(jensenShannonBits(row(p ?? []), row(q ?? []), 3)).toBeCloseTo((kl(p ?? []) + kl(q ?? [])) / 2, 12);
  });
});

describe("copy groups", () => {
  it("seats whose behaviour was seen first and pays it for both", () => {
    const state = buildState(["newcomer", "relay"]);
    join(state, "newcomer", 5);
    join(state, "relay", 9);
    step(state, buildInput("prose", 20, { newcomer: 0.9, relay: 0.9 }));
    expect([...copyGroups(state, "prose")]).toEqual([["relay", "newcomer"]]);
    expect(weightRow(state, "prose")).toEqual([{ miner: "newcomer", weight: 65_535 }]);
  });

  it("seats who predicted the domain first, although the other came first and its probes never changed", () => {
    const state = buildState(["old", "newcomer"]);
    join(state, "newcomer", 2);
    step(state, ...Array.from({ length: 4 }, () => buildInput("prose", 20, { old: 0.25, newcomer: 0.9 })));
    step(state, ...Array.from({ length: 4 }, () => buildInput("prose", 20, { old: 0.9, newcomer: 0.9 })));
    expect([...copyGroups(state, "prose")]).toEqual([["old", "newcomer"]]);
    expect(state.miners.get("old")?.behaviourSince).toBe(0);
  });

  it("seats the original while its copy's head is still learning", () => {
    const state = buildState(["original", "copy"]);
    step(state, ...Array.from({ length: 4 }, () => buildInput("prose", 20, { original: 0.9, copy: 0.25 })));
    step(state, ...Array.from({ length: 4 }, () => buildInput("prose", 20, { original: 0.9, copy: 0.9 })));
    expect([...copyGroups(state, "prose")]).toEqual([["copy", "original"]]);
  });

  it("are found per domain: a copy in one may be a player in another", () => {
    const state = buildState(["a", "b"]);
    step(state, buildInput("prose", 20, { a: 0.9, b: 0.9 }), buildInput("code", 20, { a: 0.9, b: 0.02 }));
    expect(copyGroups(state, "prose").get("b")).toBe("a");
    expect(copyGroups(state, "code").size).toBe(0);
  });

  it("do not judge on few rows, nor miners that predict nothing", () => {
    const state = buildState(["a", "b", "mute", "dumb"]);
    step(
      state,
      buildInput("prose", 9, { a: 0.9, b: 0.9 }),
      buildInput("code", 40, { mute: 0.25, dumb: 0.25 }),
    );
    expect(copyGroups(state, "prose").size).toBe(0);
    expect(copyGroups(state, "code").size).toBe(0);
    expect(pairDistance(state, 0, "a", "b")).toBeUndefined();
  });

  it("keep their leader when its own model changes", () => {
    const state = buildState(["first", "copy"]);
    join(state, "copy", 1);
    const same = buildInput("prose", 20, { first: 0.9, copy: 0.9 });
    step(state, same);
    join(state, "first", 7);
    step(state, same);
    expect(copyGroups(state, "prose").get("copy")).toBe("first");
  });

  it("part when the members differ again", () => {
    const state = buildState(["first", "copy"]);
    step(state, buildInput("prose", 20, { first: 0.9, copy: 0.9 }));
    step(state, buildInput("prose", 400, { first: 0.9, copy: 0.02 }));
    expect(copyGroups(state, "prose").size).toBe(0);
  });

  it("hold a copy that changes its behaviour until enough rows show that it differs", () => {
    const state = buildState(["first", "copy"]);
    join(state, "copy", 1);
    step(state, buildInput("prose", 20, { first: 0.9, copy: 0.9 }));
    recordProbe(state, "copy", probeOf(1));
    recordProbe(
      state,
      "copy",
      probeOf(1).map((x) => -x),
    );
    step(state, buildInput("prose", 5, { first: 0.9, copy: 0.02 }));
    expect(copyGroups(state, "prose").get("copy")).toBe("first");
    step(state, buildInput("prose", 5, { first: 0.9, copy: 0.02 }));
    expect(copyGroups(state, "prose").size).toBe(0);
  });

  it("take a copy's seat away: asked on probe rows only", () => {
    const state = buildState(["first", "second"]);
    step(state, buildInput("prose", 20, { first: 0.9, second: 0.9 }));
    const ask = (purpose: "scored" | "probe"): readonly string[] =>
      planAsks(state, [{ features: { buckets: new Uint16Array(0), value: 0 }, domain: "prose", purpose }], {
        k: 4,
        newcomerSeats: 2,
        explorationSeats: 1,
        random: { next: () => 0.5, state: () => 0 },
        reachable: new Map([
          ["first", 1],
          ["second", 1],
        ]),
      })[0] ?? [];
    expect(ask("scored")).toEqual(["first"]);
    expect(ask("probe")).toEqual(["first", "second"]);
    const row = scoreRows(state, buildInput("prose", 1, { first: 0.9, second: 0.9 }))[0];
    expect(row?.players.map(({ miner }) => miner)).toEqual(["first"]);
  });
});

describe("trainingGates", () => {
  it("let a copy learn with its leader's gate, and take none of it", () => {
    const state = buildState(["first", "second", "other"]);
    step(state, buildInput("prose", 20, { first: 0.9, second: 0.9, other: 0.4 }));
    const features = contextFeatures(Uint8Array.from("prose", (c) => c.charCodeAt(0)));
    const gates = trainingGates(state, { domain: "prose", features }, ["second", "other", "first"]);
    const alone = computeGates(state, features, ["other", "first"]);
    expect([...gates]).toEqual([alone[1], alone[0], alone[1]]);
  });
});

describe("worthSince", () => {
  const since = (state: MixtureState): number | undefined => state.miners.get("a")?.sums[0]?.worthSince;

  it("dates from when own predictions began to be worth something, anew after they were not", () => {
    const state = buildState(["a"]);
    step(state, buildInput("prose", 20, { a: 0.25 }));
    expect(since(state)).toBeUndefined();
    step(state, buildInput("prose", 20, { a: 0.9 }), buildInput("prose", 20, { a: 0.9 }));
    expect(since(state)).toBe(1);
    step(state, buildInput("prose", 40, { a: 0.02 }));
    expect(since(state)).toBeUndefined();
    step(state, buildInput("prose", 60, { a: 0.9 }));
    expect(since(state)).toBe(4);
  });

  it("holds while predictions are only a little worse, and in other domains", () => {
    const state = buildState(["a"]);
    step(state, buildInput("prose", 60, { a: 0.9 }));
    step(state, buildInput("prose", 60, { a: 0.35 }), buildInput("code", 60, { a: 0.02 }));
    expect(since(state)).toBe(0);
  });
});

describe("recordProbe", () => {
  it("dates a behaviour from the probe that hardly resembles the one before", () => {
    const state = buildState(["a"]);
    recordProbe(state, "a", probeOf(1));
    state.step = 4;
    recordProbe(state, "a", probeOf(1.2));
    expect(state.miners.get("a")?.behaviourSince).toBe(0);
    state.step = 8;
    recordProbe(
      state,
      "a",
      probeOf(1).map((x) => -x),
    );
    expect(state.miners.get("a")?.behaviourSince).toBe(8);
  });

  it("lets another model begin as a newcomer: unpaid, unreplayed, with a seat", () => {
    const state = buildState(["a"]);
    markReplayed(state, "a");
    step(state, buildInput("prose", 200, { a: 0.9 }));
    expect(onProbation(state, "a")).toBe(false);
    expect(recordProbe(state, "a", probeOf(1))).toBe(false);
    const other = probeOf(1).map((x) => -x);
    expect(recordProbe(state, "a", other)).toBe(true);
    expect(state.miners.get("a")).toMatchObject({
      replayed: false,
      scoredContexts: 0,
      gate: { contexts: 0 },
    });
    expect(onProbation(state, "a")).toBe(true);
    expect(weightRow(state, "prose")).toEqual([]);
  });

  it("refuses rows that are not whole", () => {
    expect(() => recordProbe(buildState(["a"]), "a", new Float32Array(TINY.dim + 1))).toThrow(
      expect.objectContaining({ code: "MIXTURE_BAD_ROWS" }),
    );
  });
});

describe("a miner that left and came back", () => {
  const other = probeOf(1).map((x) => -x);

  /** The original leaves at step 7, its copy stays; another tenure of it answers `probe`. */
  function comeBack(probe: Float32Array): MixtureState {
    const state = buildState(["original@1", "copy@1"]);
    join(state, "copy@1", 5);
    recordProbe(state, "original@1", probeOf(1));
    recordProbe(state, "copy@1", probeOf(1));
    step(state, buildInput("prose", 20, { "original@1": 0.9, "copy@1": 0.9 }));
    state.step = 7;
    rememberDeparted(state, "original@1", { identity: "original", epoch: 3 });
    removeMiner(state, "original@1");
    addMiner(state, "original@2");
    recordProbe(state, "original@2", probe);
    restoreSeniority(state, "original@2", "original");
    step(state, buildInput("prose", 20, { "original@2": 0.9, "copy@1": 0.9 }));
    return state;
  }

  it("is its copy's senior again when it behaves as it did", () => {
    const state = comeBack(probeOf(1.1));
    expect(state.miners.get("original@2")?.behaviourSince).toBe(0);
    expect([...copyGroups(state, "prose")]).toEqual([["copy@1", "original@2"]]);
    expect(weightRow(state, "prose")).toEqual([{ miner: "original@2", weight: 65_535 }]);
    expect(state.departed).toEqual([]);
  });

  it("is its copy's senior again although its head must learn anew first", () => {
    const state = buildState(["original@1", "copy@1"]);
    const both = (original: string, probability: number) =>
      buildInput("prose", 20, { [original]: probability, "copy@1": 0.9 });
    join(state, "copy@1", 5);
    recordProbe(state, "original@1", probeOf(1));
    step(state, both("original@1", 0.9), both("original@1", 0.9));
    rememberDeparted(state, "original@1", { identity: "original", epoch: 3 });
    removeMiner(state, "original@1");
    addMiner(state, "original@2");
    recordProbe(state, "original@2", probeOf(1));
    restoreSeniority(state, "original@2", "original");
    step(state, both("original@2", 0.2), both("original@2", 0.2));
    expect(state.miners.get("original@2")?.sums[0]?.worthSince).toBeUndefined();
    for (let i = 0; i < 5; i++) step(state, both("original@2", 0.9));
    expect(state.miners.get("original@2")?.sums[0]?.worthSince).toBe(0);
    expect([...copyGroups(state, "prose")]).toEqual([["copy@1", "original@2"]]);
  });

  it("dates anew what falls a second time", () => {
    const state = comeBack(probeOf(1));
    step(state, buildInput("prose", 60, { "original@2": 0.02 }));
    step(state, buildInput("prose", 60, { "original@2": 0.9 }));
    expect(state.miners.get("original@2")?.sums[0]?.worthSince).toBe(state.step - 1);
  });

  it("is a newcomer with another behaviour, and what was kept of it goes", () => {
    const state = comeBack(other);
    expect(state.miners.get("original@2")?.behaviourSince).toBe(7);
    expect([...copyGroups(state, "prose")]).toEqual([["original@2", "copy@1"]]);
    expect(state.departed).toEqual([]);
  });

  it("takes nobody else's seniority, nor that of a probe set of another size", () => {
    const state = buildState(["original@1", "thief@1", "original@2"]);
    recordProbe(state, "original@1", probeOf(1));
    rememberDeparted(state, "original@1", { identity: "original", epoch: 3 });
    for (const key of ["thief@1", "original@2"]) join(state, key, 9);
    recordProbe(state, "thief@1", probeOf(1));
    restoreSeniority(state, "thief@1", "thief");
    recordProbe(state, "original@2", new Float32Array(2 * TINY.dim).fill(1));
    restoreSeniority(state, "original@2", "original");
    expect(state.miners.get("thief@1")?.behaviourSince).toBe(9);
    expect(state.miners.get("original@2")?.behaviourSince).toBe(9);
  });

  it("is kept once, by its last probe, for so many epochs and miners", () => {
    const state = buildState(["a", "b", "unprobed"]);
    for (const key of ["a", "b"]) recordProbe(state, key, probeOf(1));
    const leave = (key: string, epoch: number) => rememberDeparted(state, key, { identity: key, epoch });
    for (const [key, epoch] of [
      ["a", 1],
      ["b", 2],
      ["unprobed", 2],
      ["a", 4],
    ] as const)
      leave(key, epoch);
    const kept = () => state.departed.map(({ identity, leftEpoch }) => [identity, leftEpoch]);
    expect(kept()).toEqual([
      ["b", 2],
      ["a", 4],
    ]);
    forgetDeparted(state, { beforeEpoch: 2, most: 1 });
    expect(kept()).toEqual([["a", 4]]);
    forgetDeparted(state, { beforeEpoch: 5, most: 1 });
    expect(kept()).toEqual([]);
  });
});

describe("reportDomain", () => {
  it("names the nearest other miner and the best single one", () => {
    const state = buildState(["a", "b", "c"]);
    step(state, buildInput("prose", 20, { a: 0.9, b: 0.5, c: 0.1 }));
    const report = reportDomain(state, "prose");
    expect(report.bestSingle?.miner).toBe("a");
    expect(report.bestSingle?.bitsPerByte).toBeCloseTo(-Math.log2(0.9), 5);
    expect(report.miners.find(({ miner }) => miner === "a")?.nearest?.miner).toBe("b");
  });
});
