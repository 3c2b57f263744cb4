import { describe, expect, it } from "@jest/globals";
import { PeerBook } from "../../src/core/peerBook.ts";

const LIMITS = { requestsPerSecond: 10, burstRequests: 3, streamsPerPeer: 2, streams: 3 };

describe("a book of peers", () => {
  it("lets an address ask a burst, then at its rate, and says how long to wait", () => {
    const book = new PeerBook(LIMITS);
    expect([0, 0, 0, 0].map((at) => book.takeRequest("a", at))).toEqual([0, 0, 0, 100]);
    expect(book.takeRequest("a", 50)).toBe(50);
    expect(book.takeRequest("a", 100)).toBe(0);
    expect(book.takeRequest("a", 100)).toBe(100);
  });

  it("charges each address its own", () => {
    const book = new PeerBook(LIMITS);
    for (let i = 0; i < 9; i++) book.takeRequest("a", 0);
    expect(book.takeRequest("b", 0)).toBe(0);
  });

  it("saves no more than a burst, and forgets who has not asked for longest", () => {
    const book = new PeerBook(LIMITS);
    book.takeRequest("a", 0);
    expect([0, 0, 0, 0].map(() => book.takeRequest("a", 1e9) > 0)).toEqual([false, false, false, true]);
    for (let i = 0; i < 10_000; i++) book.takeRequest(`b${i}`, 1e9);
    expect(book.takeRequest("a", 1e9)).toBe(0);
  });

  it("bounds the streams of one address and of all, and takes back those that end", () => {
    const book = new PeerBook(LIMITS);
    expect(["a", "a", "a", "b", "b"].map((peer) => book.openStream(peer))).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
    book.closeStream("a");
    expect(book.openStream("b")).toBe(true);
  });
});
