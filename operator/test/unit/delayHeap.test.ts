import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { DelayHeap } from "../../src/controllerkit/queue/delayHeap.ts";

describe("DelayHeap", () => {
  it("gives the earliest first and each key once, at the time that it was last put off until", () => {
    const step = fc.record({ key: fc.nat(30).map(String), atMs: fc.option(fc.nat(50)) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new DelayHeap();
        const model = new Map<string, number>();
        for (const { key, atMs } of steps) {
          if (atMs === null) {
            heap.delete(key);
            model.delete(key);
          } else {
            heap.set(key, atMs);
            model.set(key, atMs);
          }
        }
        expect(heap.size()).toBe(model.size);
        const times: number[] = [];
        for (let next = heap.peek(); next !== undefined; next = heap.peek()) {
          expect(heap.pop()).toBe(next);
          expect(model.get(next.key)).toBe(next.atMs);
          model.delete(next.key);
          times.push(next.atMs);
        }
        expect(model.size).toBe(0);
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});
