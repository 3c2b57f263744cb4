import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { LANES } from "../../src/core/lanes.ts";
import type { PooledTransaction } from "../../src/core/pooledTransaction.ts";
import { selectTransactions } from "../../src/core/selectTransactions.ts";
import { entry } from "../gen/entry.ts";

const limits = (maxBytes: number, maxPerSender = 64) => ({ maxBytes, maxPerSender });
const names = (entries: readonly PooledTransaction[]) => entries.map(({ hash }) => hash);

describe("selectTransactions", () => {
  it("takes registrations before weights before transfers", () => {
    const waiting = [
      entry({ sender: "t", lane: "transfers" }),
      entry({ sender: "w", lane: "weights" }),
      entry({ sender: "r", lane: "registration" }),
    ];
    expect(names(selectTransactions(waiting, limits(1_000)))).toEqual(["r:0", "w:0", "t:0"]);
  });

  it("takes one registration a block", () => {
    const waiting = ["a", "b"].map((sender) => entry({ sender, lane: "registration", isRegistration: true }));
    expect(names(selectTransactions(waiting, limits(1_000)))).toEqual(["a:0"]);
  });

  it("FEE-4: keeps a part of the block for each lane under a flood", () => {
    const flood = Array.from({ length: 50 }, (_, i) => entry({ sender: `r${i}`, lane: "registration" }));
    const taken = selectTransactions([...flood, entry({ sender: "t", lane: "transfers" })], limits(100));
    expect(names(taken)).toContain("t:0");
  });

  it("gives what no lane needs to those that wait", () => {
    const flood = Array.from({ length: 50 }, (_, i) => entry({ sender: `t${i}` }));
    expect(selectTransactions(flood, limits(100))).toHaveLength(10);
  });

  it("FEE-5: takes no more of one sender than a block may have, and leaves the rest to others", () => {
    const flood = Array.from({ length: 9 }, (_, nonce) => entry({ sender: "a", nonce }));
    const taken = selectTransactions([...flood, entry({ sender: "b" })], limits(1_000, 3));
    expect(names(taken)).toEqual(["a:0", "b:0", "a:1", "a:2"]);
  });

  it("lets the senders of a lane take turns, so that a few with many do not keep the others out", () => {
    const many = ["a", "b"].flatMap((sender) =>
      Array.from({ length: 8 }, (_, nonce) => entry({ sender, nonce, lane: "weights" })),
    );
    const honest = ["c", "d"].map((sender) => entry({ sender, lane: "weights" }));
    expect(names(selectTransactions([...many, ...honest], limits(60)))).toEqual([
      "a:0",
      "b:0",
      "c:0",
      "d:0",
      "a:1",
      "b:1",
    ]);
  });

  it("gives the room of what would fail, and of what comes after it, to others", () => {
    const many = Array.from({ length: 6 }, (_, nonce) => entry({ sender: "a", nonce }));
    const waiting = [...many, ...["b", "c"].map((sender) => entry({ sender }))];
    const told: string[] = [];
    const taken = selectTransactions(waiting, limits(40), ({ hash }) => {
      told.push(hash);
      return hash !== "a:1";
    });
    expect([names(taken), told]).toEqual([
      ["a:0", "b:0", "c:0"],
      ["a:0", "b:0", "c:0", "a:1"],
    ]);
  });

  it("never breaks an account's nonce order nor the size", () => {
    const arbitrary = fc.array(
      fc.record({
        sender: fc.integer({ min: 0, max: 5 }),
        lane: fc.constantFrom(...LANES),
        size: fc.integer({ min: 1, max: 90 }),
      }),
    );
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 1, max: 600 }), (specs, maxBytes) => {
        const nonces = new Map<number, number>();
        const waiting = specs.map(({ sender, lane, size }) => {
          const nonce = nonces.get(sender) ?? 0;
          nonces.set(sender, nonce + 1);
          return entry({ sender: String(sender), nonce, lane, size });
        });
        const taken = selectTransactions(waiting, limits(maxBytes));
        expect(taken.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(maxBytes);
        const seen = new Map<string, number>();
        for (const { sender, nonce } of taken) {
          expect(nonce).toBe(seen.get(sender) ?? 0);
          seen.set(sender, nonce + 1);
        }
      }),
      { seed: 20_261_122, numRuns: 200 },
    );
  });
});
