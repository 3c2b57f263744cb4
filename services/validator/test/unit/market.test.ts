import { createMixtureState } from "@ganglion/mixture";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { PARAMETERS } from "../../src/core/parameters.ts";
import { decodeMarket, encodeMarket } from "../../src/market/checkpointCodec.ts";
import { Market } from "../../src/market/market.ts";
import type { Learner, RosterMiner, Sources } from "../../src/ports.ts";
import { chainDocuments, expertOf, FakePool, SMALL } from "../fakeMarket.ts";

const LETTERS = "abcdefghijklmnop";
const original = expertOf(LETTERS, 1);
const signal = new AbortController().signal;

/** Asks probes only: nothing is scored, nothing trains. */
const probesOnly: Sources = {
  domains: ["lower"],
  next: () =>
    Promise.resolve({
      scored: [],
      windows: [],
      probes: chainDocuments("lower", LETTERS, 4, 1).map(({ domain, text }) => ({ domain, text })),
    }),
  supply: () => [],
};
const idle = () => Promise.reject(new Error("nothing to learn from probes"));
const learner: Learner = { train: idle, predict: idle, close: () => Promise.resolve() };

const pool = new FakePool({
  "original@1": original,
  "copy@1": original,
  "original@9": original,
  "original@8": expertOf(LETTERS, 5),
});
const seat = (key: string, host = "127.0.0.1"): RosterMiner => {
  const [miner] = FakePool.rosterOf([key]);
  if (!miner) throw new Error("no miner");
  return { ...miner, host };
};

describe("a market's roster", () => {
  let market: Market;
  const since = (key: string) => market.state.miners.get(key)?.behaviourSince;

  async function stepWith(roster: readonly RosterMiner[], epoch = 0): Promise<void> {
    market.setRoster(roster, epoch);
    await market.step(epoch, signal);
  }

  /** As a kill and a new start would. */
  function resume(): void {
    const bytes = Buffer.concat(encodeMarket({ state: market.state, memory: market.memory() }));
    const { state, memory } = decodeMarket(new Uint8Array(bytes));
    market = new Market(
      state,
      memory,
      { k: 2, newcomerSeats: 1 },
      { pool, learner, sources: probesOnly, nowMs: () => 0 },
    );
  }

  beforeEach(async () => {
    const state = createMixtureState({ domains: ["lower"], parameters: SMALL });
    const memory = { randomState: 1, trust: [], replays: [] };
    market = new Market(
      state,
      memory,
      { k: 2, newcomerSeats: 1 },
      { pool, learner, sources: probesOnly, nowMs: () => 0 },
    );
    await stepWith([seat("original@1")]);
    await stepWith([seat("original@1"), seat("copy@1")]);
  });

  it("keeps a miner that does not serve for a while, and does not ask it", async () => {
    await stepWith([seat("original@1", ""), seat("copy@1")]);
    expect(since("original@1")).toBe(0);
    pool.sent.length = 0;
    await stepWith([seat("original@1", "")]);
    expect(pool.sent).toEqual([]);
    expect(market.hasMiners()).toBe(false);
    await stepWith([seat("original@1"), seat("copy@1")]);
    expect(since("original@1")).toBe(0);
    expect(since("copy@1")).toBe(1);
  });

  it("knows nothing of a miner that never served", () => {
    market.setRoster([seat("original@1"), seat("silent@3", "")], 0);
    expect([...market.state.miners.keys()]).toEqual(["original@1"]);
  });

  it("gives a hotkey that comes back to a slot its seniority, also after a kill", async () => {
    await stepWith([seat("copy@1")]);
    expect(since("original@1")).toBeUndefined();
    resume();
    await stepWith([seat("copy@1"), seat("original@9")], PARAMETERS.departedEpochs);
    expect(since("original@9")).toBe(0);
    expect(since("copy@1")).toBe(1);
  });

  it("lets it begin anew with another model, or after too long", async () => {
    await stepWith([seat("copy@1"), seat("original@8")]);
    expect(since("original@8")).toBe(2);
    await stepWith([seat("original@8")]);
    await stepWith([seat("original@8")], 1 + PARAMETERS.departedEpochs);
    await stepWith([seat("original@8"), seat("copy@1")], 1 + PARAMETERS.departedEpochs);
    expect(since("copy@1")).toBe(5);
  });
});
