import { copyGroups, type MixtureState, reportDomain, weightRow } from "@ganglion/mixture";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type HeadRunner, openHeadRunner } from "./headRunner.ts";
import { DOMAINS, expert, lazy, noise, relay, rotated, SMALL, SyntheticMarket } from "./syntheticMarket.ts";

const SEED = 1;

function shareOf(state: MixtureState, domain: string, miner: string): number {
  return reportDomain(state, domain).miners.find((other) => other.miner === miner)?.weight ?? Number.NaN;
}

describe(`a market of synthetic miners (seed ${SEED})`, () => {
  let runner: HeadRunner;
  beforeAll(async () => {
    runner = await openHeadRunner(SMALL);
  });
  afterAll(() => runner.close());

  it("pays experts in their domains, noise and laziness nothing, and a copy through its original", async () => {
    const market = new SyntheticMarket(runner, SEED);
    DOMAINS.forEach((name, domain) => {
      market.join(name, expert(domain, 11 + domain));
    });
    market.join("noise", noise(5));
    market.join("lazy", lazy(expert(1, 12), 6));
    await market.run(20);
    market.join("copy", rotated(expert(0, 11), 99));
    await market.run(60);

    for (const domain of DOMAINS) {
      const report = reportDomain(market.state, domain);
      const byRouting = report.miners.toSorted((a, b) => b.routing - a.routing);
      expect(byRouting[0]?.miner).toBe(domain);
      expect(weightRow(market.state, domain)[0]?.miner).toBe(domain);
      for (const idler of ["noise", "lazy", "copy"])
        expect(shareOf(market.state, domain, idler)).toBeLessThan(0.02);
      // Unigrams are worth log2(12) = 3.58 bits, the best possible prediction 1.5.
      expect(report.jointBitsPerByte).toBeLessThan(2.1);
    }
    expect(copyGroups(market.state, "red").get("copy")).toBe("red");
  });

  it("credits a newcomer when an older miner begins to relay it", async () => {
    const market = new SyntheticMarket(runner, SEED);
    market.join("relay", noise(8));
    market.join("green", expert(1, 12));
    await market.run(20);
    market.join("red", expert(0, 11));
    await market.run(15);
    market.change("relay", rotated(expert(0, 11), 99));
    await market.run(60);
    expect(copyGroups(market.state, "red").get("relay")).toBe("red");
    expect(shareOf(market.state, "red", "relay")).toBe(0);
  });

  it.each([
    ["everything, an expert of another domain", expert(2, 13), undefined, 15, 125],
    ["its domain, an expert of it that knows half", expert(0, 13, 6), 0, 15, 65],
    ["its domain, from its first step", expert(2, 13), 0, 0, 90],
  ])(
    "credits a newcomer whom an older miner relays in %s, answering probes from memory",
    async (...named) => {
      const [, before, domain, aloneSteps, relayedSteps] = named;
      const market = new SyntheticMarket(runner, SEED);
      const red = expert(0, 11);
      market.join("old", before);
      market.join("green", expert(1, 12));
      await market.run(aloneSteps === 0 ? 15 : 30);
      market.join("red", red);
      await market.run(aloneSteps);
      market.change("old", relay(before, rotated(red, 99), { domain, remembers: market.probes }));
      await market.run(relayedSteps);
      expect(copyGroups(market.state, "red").get("old")).toBe("red");
      expect(shareOf(market.state, "red", "old")).toBe(0);
      // Its answers to the probes never changed.
      expect(market.state.miners.get("old")?.behaviourSince).toBe(0);
    },
  );
});
