import { describe, expect, it } from "@jest/globals";
import { BatchQueue, type Job, lengthClass } from "../../src/core/batchQueue.ts";

const limits = { maxContexts: 4, maxDelayMs: 5 };

function jobs(
  caller: string,
  count: number,
  options: { from?: number; bytes?: number; at?: number } = {},
): Job[] {
  return Array.from({ length: count }, (_, i) => ({
    id: (options.from ?? 0) + i,
    caller,
    bytes: options.bytes ?? 64,
    enqueuedAtMs: options.at ?? 0,
  }));
}

describe("BatchQueue", () => {
  it("is idle when nothing waits", () => {
    expect(new BatchQueue(limits).next(0)).toEqual({ kind: "idle" });
  });

  it("waits for company until the oldest job is due", () => {
    const queue = new BatchQueue(limits);
    queue.add(jobs("a", 2));
    expect(queue.next(1)).toEqual({ kind: "wait", untilMs: 5 });
    expect(queue.next(5)).toMatchObject({ kind: "run", jobs: [{ id: 0 }, { id: 1 }] });
    expect(queue.size).toBe(0);
  });

  it("runs at once when a batch is full", () => {
    const queue = new BatchQueue(limits);
    queue.add(jobs("a", 5));
    expect(queue.next(0)).toMatchObject({ kind: "run", jobs: [{ id: 0 }, { id: 1 }, { id: 2 }, { id: 3 }] });
    expect(queue.size).toBe(1);
  });

  it("lets a small caller in before the rest of a large one", () => {
    const queue = new BatchQueue(limits);
    queue.add(jobs("large", 100));
    queue.next(0);
    queue.add(jobs("small", 1, { from: 1_000 }));
    const plan = queue.next(0);
    expect(plan.kind === "run" && plan.jobs[0]?.caller).toBe("small");
  });

  it("puts only one length class into a batch", () => {
    const queue = new BatchQueue(limits);
    queue.add([...jobs("a", 2, { bytes: 128 }), ...jobs("b", 2, { from: 10, bytes: 10 })]);
    const plan = queue.next(5);
    const classes = new Set(plan.kind === "run" ? plan.jobs.map((job) => lengthClass(job.bytes)) : []);
    expect(classes.size).toBe(1);
    expect(queue.size).toBe(2);
  });

  it("forgets cancelled jobs and counts callers right", () => {
    const queue = new BatchQueue(limits);
    queue.add(jobs("a", 3));
    queue.cancel(new Set([1]));
    expect([queue.size, queue.queuedOf("a"), queue.bytes]).toEqual([2, 2, 128]);
  });
});

describe("lengthClass", () => {
  it.each([
    [1, 16],
    [16, 16],
    [17, 32],
    [128, 128],
    [129, 256],
  ])("puts %i bytes into the class of %i", (bytes, wanted) => expect(lengthClass(bytes)).toBe(wanted));
});
