import { createMixtureState, reportDomain, weightRow } from "@ganglion/mixture";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { TextSupply } from "../../src/core/textSupply.ts";
import { openLearner } from "../../src/io/learner.ts";
import { Market } from "../../src/market/market.ts";
import type { Learner, Sources } from "../../src/ports.ts";
import { chainDocuments, constantValue, expertOf, FakePool, leaker, noise, SMALL } from "../fakeMarket.ts";

const LOWER = "abcdefghijklmnop";
const UPPER = "ABCDEFGHIJKLMNOP";
const STEPS = 80;
const BEHAVIOURS = {
  lower: expertOf(LOWER, 1),
  upper: expertOf(UPPER, 2),
  noise: noise(3),
  leaker: leaker(4),
  bomb: constantValue(Number.NaN),
};

function openTexts(): TextSupply {
  const texts = {
    domains: ["lower", "upper"],
    open: [...chainDocuments("lower", LOWER, 12, 1), ...chainDocuments("upper", UPPER, 12, 2)],
    heldBack: [...chainDocuments("lower", LOWER, 12, 3), ...chainDocuments("upper", UPPER, 12, 4)],
  };
  const options = {
    contextBytes: 64,
    scoredRowsPerStep: 24,
    trainRowsPerStep: 256,
    pacePerEpoch: 1,
    seed: 7,
  };
  return new TextSupply(texts, options, undefined);
}

describe("a market of fakes", () => {
  const pool = new FakePool(BEHAVIOURS);
  const state = createMixtureState({ domains: ["lower", "upper"], parameters: SMALL });
  let learner: Learner;
  let before = 0;

  beforeAll(async () => {
    learner = await openLearner(SMALL, 1);
    const supply = openTexts();
    const sources: Sources = {
      domains: supply.domains,
      next: (request) => Promise.resolve(supply.next(request)),
      supply: () => supply.supply(),
    };
    const market = new Market(
      state,
      { randomState: 11, trust: [], replays: [] },
      { k: 3, newcomerSeats: 2 },
      { pool, learner, sources, nowMs: () => 0 },
    );
    market.setRoster(FakePool.rosterOf(Object.keys(BEHAVIOURS)), 0);
    for (let step = 0; step < STEPS; step++) await market.step(0, new AbortController().signal);
    before = supply.supply()[0]?.scoringBytesLeft ?? 0;
  });
  afterAll(() => learner.close());

  for (const domain of ["lower", "upper"]) {
    it(`pays the expert of ${domain} first, and the others next to nothing`, () => {
      const total = weightRow(state, domain).reduce((sum, { weight }) => sum + weight, 0);
      const shares = Object.fromEntries(
        weightRow(state, domain).map(({ miner, weight }) => [miner, weight / total]),
      );
      expect(weightRow(state, domain)[0]?.miner).toBe(domain);
      expect(shares[domain]).toBeGreaterThan(0.7);
      expect(shares["noise"] ?? 0).toBeLessThan(0.02);
      expect(shares["leaker"] ?? 0).toBeLessThan(0.03);
      expect(shares["bomb"] ?? 0).toBe(0);
    });

    it(`routes ${domain} to its expert and predicts well with it`, () => {
      const report = reportDomain(state, domain);
      const routing = report.miners.toSorted((a, b) => b.routing - a.routing);
      expect(routing[0]?.miner).toBe(domain);
      expect(report.jointBitsPerByte).toBeLessThan(2.6);
      expect(report.bestSingle?.miner).toBe(domain);
    });
  }

  it("refuses what is not finite and keeps every head finite", () => {
    expect(pool.rejected.get("bomb")).toBe("VALIDATOR_ANSWER_NOT_FINITE");
    for (const { head } of state.miners.values())
      for (const tensor of Object.values(head.tensors)) expect(tensor.every(Number.isFinite)).toBe(true);
  });

  it("spends what it scored", () => expect(before).toBe(12 * (600 - 64) - STEPS * 12));
});
