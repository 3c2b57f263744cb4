import type { Lane } from "@ganglion/ledger";
import { describe, expect, it } from "@jest/globals";
import { Mempool } from "../../src/core/mempool.ts";
import { entry } from "../gen/entry.ts";

const LIMITS = { maxTransactions: 8, maxBytes: 1_000, maxPerAccount: 3 };

function filled(count: number, lane: Lane): Mempool {
  const mempool = new Mempool(LIMITS);
  for (let i = 0; i < count; i++) mempool.add(entry({ sender: `flood${i}`, lane }));
  return mempool;
}

function codeOf(admission: ReturnType<Mempool["add"]>): string {
  return admission.kind === "refused" ? admission.code : "OK";
}

describe("Mempool", () => {
  it("keeps an account's consecutive nonces in order", () => {
    const mempool = new Mempool(LIMITS);
    for (const nonce of [7, 8, 9]) expect(codeOf(mempool.add(entry({ sender: "a", nonce })))).toBe("OK");
    expect(mempool.waiting().map(({ nonce }) => nonce)).toEqual([7, 8, 9]);
    expect(mempool.lastNonce("a")).toBe(9);
  });

  it("refuses a gap in an account's nonces", () => {
    const mempool = new Mempool(LIMITS);
    mempool.add(entry({ sender: "a", nonce: 1 }));
    expect(codeOf(mempool.add(entry({ sender: "a", nonce: 3 })))).toBe("MEMPOOL_NONCE_GAP");
  });

  it("refuses more of one account than its limit", () => {
    const mempool = new Mempool(LIMITS);
    for (const nonce of [0, 1, 2]) mempool.add(entry({ sender: "a", nonce }));
    expect(codeOf(mempool.add(entry({ sender: "a", nonce: 3 })))).toBe("MEMPOOL_ACCOUNT_FULL");
  });

  it("refuses what a full lane floods", () => {
    expect(codeOf(filled(8, "transfers").add(entry({ sender: "b", lane: "transfers" })))).toBe(
      "MEMPOOL_FULL",
    );
  });

  it("displaces the youngest of the fullest lane for a lane below its part", () => {
    const mempool = filled(8, "transfers");
    const admission = mempool.add(entry({ sender: "b", lane: "weights" }));
    expect(admission.kind === "admitted" && admission.evicted.map(({ sender }) => sender)).toEqual([
      "flood7",
    ]);
    expect(mempool.size).toBe(8);
  });

  it("never displaces a nonce that others of its account follow", () => {
    const mempool = filled(5, "registration");
    for (const nonce of [0, 1, 2]) mempool.add(entry({ sender: "a", nonce, lane: "transfers" }));
    mempool.add(entry({ sender: "b", lane: "weights" }));
    mempool.add(entry({ sender: "c", lane: "weights" }));
    const nonces = mempool.waiting().flatMap(({ sender, nonce }) => (sender === "a" ? [nonce] : []));
    expect(nonces).toEqual(nonces.map((_, i) => i));
  });

  it("leaves everything in place when no room can be made", () => {
    const mempool = filled(8, "transfers");
    const before = mempool.waiting();
    expect(codeOf(mempool.add(entry({ sender: "b", lane: "weights", size: 5_000 })))).toBe("MEMPOOL_FULL");
    expect(mempool.waiting().length).toBe(before.length);
    expect(mempool.sizeBytes).toBe(before.reduce((sum, { bytes }) => sum + bytes.length, 0));
  });

  it("forgets the size of what is removed", () => {
    const mempool = filled(3, "transfers");
    mempool.remove(mempool.waiting().map(({ hash }) => hash));
    expect([mempool.size, mempool.sizeBytes]).toEqual([0, 0]);
  });
});
