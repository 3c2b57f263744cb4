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

  it("displaces from the lane with most bytes when it is full of bytes", () => {
    const mempool = filled(5, "transfers");
    mempool.add(entry({ sender: "large", lane: "registration", size: 900 }));
    const admission = mempool.add(entry({ sender: "b", lane: "weights", size: 100 }));
    expect(admission.kind === "admitted" && admission.evicted.map(({ sender }) => sender)).toEqual(["large"]);
  });

  it("refuses what has its part of the bytes, however few they are", () => {
    const mempool = new Mempool(LIMITS);
    mempool.add(entry({ sender: "a", lane: "weights", size: 200 }));
    for (const i of [0, 1, 2]) mempool.add(entry({ sender: `t${i}`, lane: "transfers", size: 250 }));
    expect(codeOf(mempool.add(entry({ sender: "b", lane: "weights", size: 60 })))).toBe("MEMPOOL_FULL");
    expect(codeOf(mempool.add(entry({ sender: "c", lane: "weights", size: 50 })))).toBe("OK");
    expect(mempool.sizeBytes).toBe(1_000);
  });

  it("displaces nothing of what left and came again in another lane", () => {
    const mempool = filled(6, "transfers");
    const first = mempool.waiting().slice(0, 5);
    mempool.remove(first.map(({ hash }) => hash));
    for (const { sender } of first) mempool.add(entry({ sender, lane: "registration" }));
    for (const sender of ["c", "d"]) mempool.add(entry({ sender, lane: "consensus" }));
    const admission = mempool.add(entry({ sender: "b", lane: "weights" }));
    expect(admission.kind === "admitted" && admission.evicted.map(({ lane }) => lane)).toEqual([
      "registration",
    ]);
  });

  it("lets an account wait for one of each kind that costs nothing", () => {
    const mempool = new Mempool({ ...LIMITS, maxPerAccount: 8 });
    const add = (nonce: number, onceWaiting: "endpoint" | "commit" | "reveal") =>
      codeOf(mempool.add(entry({ sender: "a", nonce, lane: "weights", onceWaiting })));
    expect([add(0, "endpoint"), add(1, "commit"), add(2, "reveal")]).toEqual(["OK", "OK", "OK"]);
    expect([add(3, "endpoint"), add(3, "commit"), add(3, "reveal")]).toEqual(
      Array(3).fill("MEMPOOL_ONE_WAITS"),
    );
    mempool.remove(["a:0"]);
    expect(add(3, "endpoint")).toBe("OK");
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
