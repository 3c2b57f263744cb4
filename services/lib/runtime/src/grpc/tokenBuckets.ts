import { bytesToHex, type Hotkey } from "@ganglion/types";

/** One bucket a caller for all its calls. A unit is 1 KiB of reply, or as much compute as a handler says it is. */
export type RateLimits = {
  readonly unitsPerSecond: number;
  /** What a caller that was idle may use at once. */
  readonly burstUnits: number;
  /** Callers remembered; the one not seen for longest is forgotten (and starts with a full bucket). */
  readonly maxCallers: number;
};

export type TokenBuckets = {
  /** 0 if the caller may call now, else ms until it may. Debt is allowed: costs are known after the call. */
  readonly waitMs: (caller: Hotkey, nowMs: number) => number;
  readonly charge: (caller: Hotkey, units: number, nowMs: number) => void;
};

type Bucket = { tokens: number; updatedMs: number };

export function createTokenBuckets(limits: RateLimits): TokenBuckets {
  const buckets = new Map<string, Bucket>();
  const refilled = (caller: Hotkey, nowMs: number): Bucket => {
    const id = bytesToHex(caller);
    const bucket = buckets.get(id) ?? { tokens: limits.burstUnits, updatedMs: nowMs };
    const elapsedMs = Math.max(0, nowMs - bucket.updatedMs);
    bucket.tokens = Math.min(limits.burstUnits, bucket.tokens + (elapsedMs / 1000) * limits.unitsPerSecond);
    bucket.updatedMs = nowMs;
    // Insertion order is the order of use.
    buckets.delete(id);
    buckets.set(id, bucket);
    if (buckets.size > limits.maxCallers)
      for (const oldest of buckets.keys()) if (buckets.delete(oldest)) break;
    return bucket;
  };
  return {
    waitMs: (caller, nowMs) => {
      const { tokens } = refilled(caller, nowMs);
      return tokens > 0 ? 0 : Math.ceil(((1 - tokens) / limits.unitsPerSecond) * 1000);
    },
    charge: (caller, units, nowMs) => {
      refilled(caller, nowMs).tokens -= units;
    },
  };
}
