import type { Document } from "@ganglion/corpus";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { TextSupply } from "../../src/core/textSupply.ts";
import { chainDocuments } from "../fakeMarket.ts";

const DOMAINS = ["lower", "upper"];
const heldBack = [
  ...chainDocuments("lower", "abcdefghijklmnop", 5, 1),
  ...chainDocuments("upper", "ABCDEFGHIJKLMNOP", 3, 2),
];
const open = chainDocuments("lower", "abcdefghijklmnop", 4, 9);

const openSupply = (seed: number, saved?: TextSupply["walkState"]) =>
  new TextSupply(
    { domains: DOMAINS, open, heldBack },
    { contextBytes: 64, scoredRowsPerStep: 16, trainRowsPerStep: 256, pacePerEpoch: 0.1, seed },
    saved,
  );

/** Largest end, in its document, of any text that was sent; found by content, as held-back texts are random. */
function endOf(document: Document, text: Uint8Array): number {
  const at = Buffer.from(document.text).indexOf(Buffer.from(text));
  return at < 0 ? 0 : at + text.length;
}

describe("TextSupply", () => {
  it("never scores a byte that it showed before, in contexts or windows", () => {
    fc.assert(
      fc.property(fc.nat(1_000), (seed) => {
        const supply = openSupply(seed);
        const shown = new Map<string, Set<number>>();
        for (let step = 0; step < 60; step++) {
          const { scored, windows } = supply.next({ epoch: Math.floor(step / 4), step, withProbes: false });
          for (const { domain, document, offset } of scored)
            expect(shown.get(`${domain}/${document}`)?.has(offset) ?? false).toBe(false);
          for (const { domain, text } of [...scored, ...windows])
            for (const document of heldBack) {
              if (document.domain !== domain) continue;
              const end = endOf(document, text);
              const bytes = shown.get(`${domain}/${document.id}`) ?? new Set();
              for (let at = Math.max(0, end - text.length); at < end; at++) bytes.add(at);
              shown.set(`${domain}/${document.id}`, bytes);
            }
        }
      }),
      { seed: 20_261_122, numRuns: 8 },
    );
  });

  it("never scores a byte twice, keeps the pace and resumes where it was", () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.integer({ min: 1, max: 30 }), (seed, killAt) => {
        let supply = openSupply(seed);
        const scored = new Set<string>();
        const spent = new Map<string, number>();
        for (let step = 0; step < 60; step++) {
          if (step === killAt) supply = openSupply(seed, structuredClone(supply.walkState));
          const epoch = Math.floor(step / 10);
          for (const { domain, document, offset } of supply.next({ epoch, step, withProbes: false }).scored) {
            const name = `${domain}/${document}/${offset}`;
            expect(scored.has(name)).toBe(false);
            scored.add(name);
            const account = `${domain}/${epoch}`;
            spent.set(account, (spent.get(account) ?? 0) + 1);
          }
        }
        for (const [account, count] of spent) {
          const documents = heldBack.filter(({ domain }) => account.startsWith(domain)).length;
          expect(count).toBeLessThanOrEqual(documents * (600 - 64) * 0.1);
        }
      }),
      { seed: 20_261_122, numRuns: 30 },
    );
  });

  it("draws the same probes in every run and windows of the asked shape", () => {
    const [a, b] = [openSupply(3), openSupply(3)].map((supply) =>
      supply.next({ epoch: 0, step: 0, withProbes: true }),
    );
    expect(a?.probes).toEqual(b?.probes);
    expect(a?.probes.length).toBeGreaterThan(0);
    for (const window of a?.windows ?? []) {
      expect(window.text).toHaveLength(127);
      expect(window.targets).toHaveLength(64);
      expect(window.targets.subarray(0, -1)).toEqual(window.text.subarray(64));
    }
  });
});
