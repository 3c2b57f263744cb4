import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { BatchQueue, type Job, lengthClass } from "../../src/core/batchQueue.ts";
import { planWindows, windowStart } from "../../src/core/planWindows.ts";

const settings = { seed: 20_261_122, numRuns: 300 };
const arrivals = fc.array(
  fc.record({ caller: fc.constantFrom("a", "b", "c"), bytes: fc.integer({ min: 1, max: 300 }) }),
  { maxLength: 200 },
);

describe("BatchQueue", () => {
  it("runs each job exactly once, in batches within the limits, oldest of a caller and class first", () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 32 }), (list, maxContexts) => {
        const queue = new BatchQueue({ maxContexts, maxDelayMs: 0 });
        queue.add(list.map((entry, id): Job => ({ id, enqueuedAtMs: 0, ...entry })));
        const done: Job[] = [];
        for (let plan = queue.next(0); plan.kind === "run"; plan = queue.next(0)) {
          expect(plan.jobs.length).toBeLessThanOrEqual(maxContexts);
          expect(new Set(plan.jobs.map((job) => lengthClass(job.bytes))).size).toBe(1);
          done.push(...plan.jobs);
        }
        expect(done.map((job) => job.id).toSorted((x, y) => x - y)).toEqual(list.map((_, id) => id));
        expect([queue.size, queue.bytes]).toEqual([0, 0]);
        const groups = Map.groupBy(done, (job) => `${job.caller} ${lengthClass(job.bytes)}`);
        for (const group of groups.values())
          expect(group.map((job) => job.id)).toEqual(group.map((job) => job.id).toSorted((x, y) => x - y));
      }),
      settings,
    );
  });

  it("delays a caller's single job by no more than one batch of another's flood", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 16 }), (flood, maxContexts) => {
        const queue = new BatchQueue({ maxContexts, maxDelayMs: 0 });
        const job = (caller: string, id: number): Job => ({ id, caller, bytes: 64, enqueuedAtMs: 0 });
        queue.add(Array.from({ length: flood }, (_, id) => job("flood", id)));
        queue.next(0);
        queue.add([job("single", 1_000)]);
        const plan = queue.next(0);
        expect(plan.kind === "run" && plan.jobs.some((entry) => entry.caller === "single")).toBe(true);
      }),
      settings,
    );
  });
});

describe("planWindows", () => {
  const positions = fc
    .uniqueArray(fc.integer({ min: 0, max: 1_023 }), { minLength: 1, maxLength: 64 })
    .map((list) => list.toSorted((x, y) => x - y));

  it("covers each position once, in order, in windows that fit and depend on the position alone", () => {
    fc.assert(
      fc.property(fc.array(positions, { maxLength: 8 }), fc.integer({ min: 2, max: 256 }), (lists, max) => {
        const windows = planWindows(
          lists.map((list) => ({ positions: list })),
          max,
        );
        const covered = windows.flatMap((window) =>
          window.positions.map((position) => [window.context, window.start + position]),
        );
        expect(covered).toEqual(
          lists.flatMap((list, context) => list.map((position) => [context, position])),
        );
        for (const window of windows) {
          expect(window.end - window.start).toBeLessThanOrEqual(max);
          for (const position of window.positions)
            expect(windowStart(window.start + position, max)).toBe(window.start);
        }
      }),
      settings,
    );
  });
});
