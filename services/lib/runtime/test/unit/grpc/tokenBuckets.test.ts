import { parseHotkey } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { createTokenBuckets } from "../../../src/grpc/index.ts";

const caller = (fill: number) => parseHotkey(new Uint8Array(32).fill(fill));
const limits = { unitsPerSecond: 10, burstUnits: 20, maxCallers: 2 };

describe("token buckets", () => {
  it("let a burst pass, then ask for the time that pays the debt", () => {
    const buckets = createTokenBuckets(limits);
    expect(buckets.waitMs(caller(1), 0)).toBe(0);
    buckets.charge(caller(1), 49, 0);
    expect(buckets.waitMs(caller(1), 0)).toBe(3000);
    expect(buckets.waitMs(caller(1), 2000)).toBe(1000);
    expect(buckets.waitMs(caller(1), 3000)).toBe(0);
  });

  it("never hold more than a burst", () => {
    const buckets = createTokenBuckets(limits);
    buckets.charge(caller(1), 1, 0);
    buckets.charge(caller(1), 20, 1e9);
    expect(buckets.waitMs(caller(1), 1e9)).toBe(100);
  });

  it("take nothing back when the clock is set back", () => {
    const buckets = createTokenBuckets(limits);
    buckets.charge(caller(1), 20, 10_000);
    expect(buckets.waitMs(caller(1), 0)).toBe(100);
  });

  it("forget the caller not seen for longest", () => {
    const buckets = createTokenBuckets(limits);
    for (const fill of [1, 2, 1, 3]) buckets.charge(caller(fill), 20, 0);
    expect(buckets.waitMs(caller(1), 0)).toBeGreaterThan(0);
    expect(buckets.waitMs(caller(2), 0)).toBe(0);
  });
});
