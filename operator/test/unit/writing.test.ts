import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  addFinalizer,
  Expectations,
  isConditionTrue,
  ownerKeys,
  ResourceClient,
  removeFinalizer,
  setCondition,
  slowStart,
} from "../../src/controllerkit/index.ts";
import { cube, cubeType } from "./cubes.ts";
import { FakeClock } from "./fakeClock.ts";
import { ScriptedTransport } from "./scriptedTransport.ts";

describe("slowStart", () => {
  const signal = new AbortController().signal;

  it("works in batches of 1, 2, 4, ...", async () => {
    const atOnce: number[] = [];
    let running = 0;
    const items = Array.from({ length: 12 }, (_, index) => index);
    const { succeeded } = await slowStart(
      items,
      async () => {
        running += 1;
        await Promise.resolve();
        atOnce.push(running);
        await Promise.resolve();
        running -= 1;
      },
      signal,
    );
    expect(succeeded).toBe(12);
    expect([...new Set(atOnce)]).toEqual([1, 2, 4, 5]);
  });

  it("starts no batch after the first error, whatever the item", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), fc.nat(199), async (count, bad) => {
        let tried = 0;
        const act = (item: number): Promise<void> => {
          tried += 1;
          return item === bad ? Promise.reject(new Error("quota")) : Promise.resolve();
        };
        const { succeeded, error } = await slowStart(
          Array.from({ length: count }, (_, i) => i),
          act,
          signal,
        );
        if (bad >= count) return expect([succeeded, error]).toEqual([count, undefined]);
        expect(error?.message).toBe("quota");
        expect(succeeded).toBe(tried - 1);
        expect(tried).toBeLessThanOrEqual(2 * (bad + 1));
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it("starts no batch after it was aborted", async () => {
    const stop = new AbortController();
    const act = (): Promise<void> => Promise.resolve(stop.abort());
    expect(await slowStart([1, 2, 3], act, stop.signal)).toMatchObject({
      succeeded: 1,
      error: { code: "KUBE_STOPPED" },
    });
  });
});

describe("Expectations", () => {
  it("is satisfied once all writes were seen, in any order", () => {
    const expectations = new Expectations(new FakeClock());
    expectations.expectCreation("k", "pod-a");
    expectations.expectDeletion("k", "uid-b");
    expect(expectations.satisfied("k")).toBe(false);
    expectations.seenDeleted("k", "uid-b");
    expectations.seenCreated("k", "another");
    expect(expectations.satisfied("k")).toBe(false);
    expectations.seenCreated("k", "pod-a");
    expect(expectations.satisfied("k")).toBe(true);
    expect(expectations.satisfied("other")).toBe(true);
  });

  it("takes back what failed", () => {
    const expectations = new Expectations(new FakeClock());
    expectations.expectCreation("k", "pod-a");
    expectations.creationFailed("k", "pod-a");
    expect(expectations.satisfied("k")).toBe(true);
  });

  it("gives up after five minutes", async () => {
    const clock = new FakeClock();
    const expectations = new Expectations(clock);
    expectations.expectCreation("k", "pod-a");
    await clock.advance(299_999);
    expect(expectations.satisfied("k")).toBe(false);
    await clock.advance(1);
    expect(expectations.satisfied("k")).toBe(true);
  });
});

describe("setCondition", () => {
  const ready = {
    type: "Ready",
    status: "True",
    observedGeneration: 1,
    reason: "Done",
    message: "ok",
  } as const;

  it("gives back the same list when nothing changed", () => {
    const list = setCondition([], ready, 0);
    expect(setCondition(list, ready, 99_000)).toBe(list);
  });

  it("keeps the transition time while the status stays", () => {
    const list = setCondition([], ready, 0);
    const again = setCondition(list, { ...ready, observedGeneration: 2 }, 99_000);
    expect(again[0]).toMatchObject({ observedGeneration: 2, lastTransitionTime: "1970-01-01T00:00:00Z" });
    const off = setCondition(again, { ...ready, status: "False" }, 99_000);
    expect(off[0]?.lastTransitionTime).toBe("1970-01-01T00:01:39Z");
  });

  it("is true only for the generation that it speaks of", () => {
    const list = setCondition([], ready, 0);
    expect([isConditionTrue(list, "Ready", 1), isConditionTrue(list, "Ready", 2)]).toEqual([true, false]);
  });
});

describe("finalizers", () => {
  function start() {
    const transport = new ScriptedTransport();
    transport.answer = () => cube("a", 2);
    return { transport, client: new ResourceClient(cubeType, { transport, fieldManager: "test" }) };
  }

  it("are added once, pinned to the object that was read", async () => {
    const { transport, client } = start();
    await addFinalizer(client, cube("a", 1, { finalizers: ["x/other"] }), "x/mine");
    expect(transport.requests[0]?.body).toEqual({
      metadata: { finalizers: ["x/other", "x/mine"], uid: "uid-a", resourceVersion: "1" },
    });
    await addFinalizer(client, cube("a", 1, { finalizers: ["x/mine"] }), "x/mine");
    expect(transport.requests).toHaveLength(1);
  });

  it("are never added to an object that is being deleted", async () => {
    const { transport, client } = start();
    await addFinalizer(client, cube("a", 1, { deletionTimestamp: "2026-01-01T00:00:00Z" }), "x/mine");
    expect(transport.requests).toEqual([]);
  });

  it("are removed without touching those of others", async () => {
    const { transport, client } = start();
    await removeFinalizer(client, cube("a", 1, { finalizers: ["x/mine", "x/other"] }), "x/mine");
    expect(transport.requests[0]?.body).toMatchObject({ metadata: { finalizers: ["x/other"] } });
    await removeFinalizer(client, cube("a", 1), "x/mine");
    expect(transport.requests).toHaveLength(1);
  });
});

describe("ownerKeys", () => {
  const owner = { apiVersion: "test.example.com/v1", kind: "Cube", name: "parent", uid: "u" };

  it("finds the owner that answers for the object, whatever its version", () => {
    const child = cube("child", 1, {
      ownerReferences: [{ ...owner, apiVersion: "test.example.com/v2", controller: true }],
    });
    expect(ownerKeys(cubeType)(child)).toEqual(["ns/parent"]);
  });

  it("leaves out owners of another group and those that do not answer for it", () => {
    const foreign = { ...owner, apiVersion: "other.example.com/v1", controller: true };
    expect(ownerKeys(cubeType)(cube("child", 1, { ownerReferences: [foreign] }))).toEqual([]);
    expect(ownerKeys(cubeType)(cube("child", 1, { ownerReferences: [owner] }))).toEqual([]);
  });
});
