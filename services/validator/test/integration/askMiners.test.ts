import { addMiner, createMixtureState, createRandom, normaliseRows } from "@ganglion/mixture";
import { checkForwardRequest } from "@ganglion/wire";
import { describe, expect, it } from "@jest/globals";
import { scoredCall } from "../../src/core/calls.ts";
import { planStep, type StepPlan } from "../../src/core/planStep.ts";
import type { MinerTrust } from "../../src/core/prefixCheck.ts";
import { TextSupply } from "../../src/core/textSupply.ts";
import { askMiners } from "../../src/market/askMiners.ts";
import type { AskedContext, MinerAnswer } from "../../src/ports.ts";
import { chainDocuments, expertOf, FakePool, SMALL } from "../fakeMarket.ts";

const DOMAINS = Array.from({ length: 8 }, (_, i) => `domain-${i}`);
const ALPHABET = "abcdefghijklmnop";
const KEYS = ["first", "second"];
const behaviours = { first: expertOf(ALPHABET, 1), second: expertOf(ALPHABET, 2) };
const signal = new AbortController().signal;

/** Refuses what a miner refuses, and tells each call's model. */
class StrictPool extends FakePool {
  readonly calls: (readonly AskedContext[])[] = [];
  digest = (_call: number): string => "00";

  override async ask(key: string, contexts: readonly AskedContext[]): Promise<MinerAnswer> {
    checkForwardRequest({
      contexts: contexts.map(({ text, positions }) => ({ text, positions: [...positions] })),
    });
    this.calls.push(contexts);
    const call = this.calls.length;
    const answer = await super.ask(key, contexts);
    return answer.kind === "answered" ? { ...answer, modelDigest: this.digest(call) } : answer;
  }
}

/** A step with probes of a market that knows its miners, or not. */
function planProbeStep(
  sizes: { contextBytes: number; scoredRowsPerStep: number; trainRowsPerStep: number },
  trusted: boolean,
): StepPlan {
  const longText = (domain: string, seed: number) =>
    Array.from({ length: 40 }, (_, i) => {
      const text = Buffer.concat(chainDocuments(domain, ALPHABET, 4, seed + i).map((part) => part.text));
      return { id: `${domain}-${seed}-${i}`, domain, text: new Uint8Array(text) };
    });
  const texts = {
    domains: DOMAINS,
    open: DOMAINS.flatMap((domain, i) => longText(domain, 100 * i)),
    heldBack: DOMAINS.flatMap((domain, i) => longText(domain, 10_000 + 100 * i)),
  };
  const supply = new TextSupply(texts, { ...sizes, pacePerEpoch: 1, seed: 3 }, undefined);
  const state = createMixtureState({ domains: DOMAINS, parameters: SMALL });
  for (const key of KEYS) addMiner(state, key);
  const trust: MinerTrust = { passed: trusted, checkedStep: -1_000, modelDigest: "00" };
  return planStep(state, supply.next({ epoch: 0, step: 0, withProbes: true }), {
    k: 2,
    newcomerSeats: 2,
    explorationSeats: 1,
    probeShare: 0.25,
    random: createRandom(1),
    reachable: new Map(KEYS.map((key) => [key, 1])),
    trust: new Map(KEYS.map((key) => [key, trust])),
  });
}

const DEFAULTS = { contextBytes: 64, scoredRowsPerStep: 128, trainRowsPerStep: 768 };
const LARGEST = { contextBytes: 961, scoredRowsPerStep: 1_024, trainRowsPerStep: 4_096 };

describe("askMiners", () => {
  it.each([
    ["the defaults", DEFAULTS, false],
    ["the defaults, many positions", DEFAULTS, true],
    ["the largest options, many positions", LARGEST, true],
  ] as const)(
    "asks in calls that every miner takes, at a probe step of 8 domains: %s",
    async (_, sizes, trusted) => {
      const plan = planProbeStep(sizes, trusted);
      const pool = new StrictPool(behaviours);
      const answers = await askMiners(pool, plan, SMALL.dim, signal);
      expect(pool.calls.length).toBeGreaterThan(2 * KEYS.length);
      for (const { request, scored, training } of answers.values()) {
        expect(scored).toHaveLength(request.scored.length * SMALL.dim);
        expect(training?.probes).toHaveLength(8 * 16 * SMALL.dim);
        expect(training?.check?.[1]).toHaveLength((request.check?.positions.length ?? 0) * SMALL.dim);
      }
    },
  );

  it("joins the rows of all calls in the order of what was asked", async () => {
    const plan = planProbeStep(LARGEST, false);
    const answers = await askMiners(new StrictPool(behaviours), plan, SMALL.dim, signal);
    for (const [key, { request, scored }] of answers) {
      const whole = await new FakePool(behaviours).ask(key, scoredCall(plan, request));
      if (whole.kind === "failed") throw new Error(whole.code);
      expect({ ok: true, rows: scored }).toEqual(normaliseRows(whole.representations, whole.rows, SMALL.dim));
    }
  });

  it("takes parts of two models for no answer, and for no fault", async () => {
    const pool = new StrictPool(behaviours);
    pool.digest = (call) => String(call);
    const answers = await askMiners(pool, planProbeStep(LARGEST, false), SMALL.dim, signal);
    for (const { scored, training } of answers.values())
      expect([scored, training]).toEqual([undefined, undefined]);
    expect(pool.rejected.size).toBe(0);
  });
});
