import { describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { DelayHeap } from "../../src/controllerkit/queue/delayHeap.ts";
import { KeyedQueue, PRIORITY } from "../../src/controllerkit/queue/keyedQueue.ts";
import { FakeClock, settle } from "./fakeClock.ts";

function start(random = 0.5) {
  const clock = new FakeClock();
  const queue = new KeyedQueue({ name: "test" }, { clock, random: () => random });
  const got: string[] = [];
  /** Takes keys as they come and leaves them in work. */
  const take = async (): Promise<void> => {
    for (let item = await queue.get(); item !== undefined; item = await queue.get()) got.push(item.key);
  };
  return { clock, queue, got, take };
}

describe("KeyedQueue", () => {
  it("holds a key once however often it is added", async () => {
    const { queue, got, take } = start();
    for (const key of ["a", "b", "a", "a"]) queue.add(key);
    void take();
    await settle();
    expect(got).toEqual(["a", "b"]);
  });

  it("hands a key out again only after its work is done", async () => {
    const { queue, got, take } = start();
    queue.add("a");
    void take();
    await settle();
    queue.add("a");
    await settle();
    expect(got).toEqual(["a"]);
    queue.done("a");
    await settle();
    expect(got).toEqual(["a", "a"]);
  });

  it("serves higher priorities first and raises a key that is added again", async () => {
    const { queue, got, take } = start();
    for (const key of ["old1", "old2", "old3"]) queue.add(key, { priority: PRIORITY.low });
    queue.add("new");
    queue.add("old3");
    queue.add("new", { priority: PRIORITY.low });
    void take();
    await settle();
    expect(got).toEqual(["new", "old3", "old1", "old2"]);
  });

  it("keeps a key until its time, and takes the earliest of several", async () => {
    const { clock, queue, got, take } = start();
    void take();
    queue.add("a", { afterMs: 1_000 });
    queue.add("a", { afterMs: 400 });
    queue.add("a", { afterMs: 2_000 });
    await clock.advance(399);
    expect(got).toEqual([]);
    await clock.advance(1);
    expect(got).toEqual(["a"]);
    queue.done("a");
    await clock.advance(5_000);
    expect(got).toEqual(["a"]);
  });

  it("keeps what was put off while the key was worked on", async () => {
    const { clock, queue, got, take } = start();
    queue.add("a");
    void take();
    await settle();
    queue.add("a", { afterMs: 100 });
    await clock.advance(200);
    expect(got).toEqual(["a"]);
    queue.done("a");
    await settle();
    expect(got).toEqual(["a", "a"]);
  });

  it("doubles a key's wait with each failure from 5 ms to 1000 s, until it is forgotten", async () => {
    const { clock, queue, got, take } = start();
    void take();
    const waits: number[] = [];
    for (let failure = 0; failure < 20; failure++) {
      const before = clock.nowMs();
      queue.addRateLimited("a");
      const count = got.length;
      while (got.length === count) await clock.advance(failure < 8 ? 5 : 1_000);
      waits.push(clock.nowMs() - before);
      queue.done("a");
    }
    expect(waits.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(waits.at(-1)).toBe(1_000_000);
    queue.forget("a");
    expect(queue.failures("a")).toBe(0);
    queue.addRateLimited("a");
    await clock.advance(5);
    expect(got).toHaveLength(21);
  });

  it("bounds a wait from above and below when told", async () => {
    const { clock, queue, got, take } = start();
    void take();
    for (let failure = 0; failure < 20; failure++) queue.addRateLimited("a", { atMostMs: 5_000 });
    queue.addRateLimited("b", { atLeastMs: 3_000 });
    await clock.advance(2_999);
    expect(got).toEqual(["a"]);
    await clock.advance(2_001);
    expect(got).toEqual(["a", "b"]);
  });

  it("remembers one time a key, however often it was put off and called back", async () => {
    const set = jest.spyOn(DelayHeap.prototype, "set");
    const { clock, queue } = start();
    for (let count = 0; count < 100_000; count++) {
      queue.add("a");
      const item = await queue.get();
      queue.add("a", { afterMs: 3_600_000 });
      queue.done(item?.key ?? "");
      if (count % 1_000 === 0) clock.jump(1);
    }
    const heap: unknown = set.mock.contexts[0];
    set.mockRestore();
    expect(heap instanceof DelayHeap ? heap.size() : undefined).toBe(1);
  });

  it("lets go of those who wait when it is closed", async () => {
    const { queue } = start();
    const waiting = queue.get();
    queue.close();
    queue.add("a");
    expect(await waiting).toBeUndefined();
    expect(await queue.get()).toBeUndefined();
  });

  it("never loses a key and never hands one out twice at once", async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("add" as const), key: fc.nat(4), afterMs: fc.constantFrom(0, 0, 7, 30) }),
      fc.record({ kind: fc.constant("fail" as const), key: fc.nat(4) }),
      fc.record({ kind: fc.constant("done" as const), key: fc.nat(4) }),
      fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(20) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { clock, queue } = start();
        const working = new Set<string>();
        const owed = new Set<string>();
        void (async () => {
          for (let item = await queue.get(); item !== undefined; item = await queue.get()) {
            expect(working.has(item.key)).toBe(false);
            working.add(item.key);
            owed.delete(item.key);
          }
        })();
        for (const each of steps) {
          if (each.kind === "wait") await clock.advance(each.ms);
          else if (each.kind === "done") {
            if (working.delete(String(each.key))) queue.done(String(each.key));
          } else {
            owed.add(String(each.key));
            if (each.kind === "add") queue.add(String(each.key), { afterMs: each.afterMs });
            else queue.addRateLimited(String(each.key));
          }
          await settle();
        }
        for (let round = 0; round < 8; round++) {
          for (const key of [...working]) {
            working.delete(key);
            queue.done(key);
          }
          await clock.advance(2_000_000);
        }
        expect([...owed]).toEqual([]);
        queue.close();
      }),
      { seed: 42, numRuns: 60 },
    );
  });
});
