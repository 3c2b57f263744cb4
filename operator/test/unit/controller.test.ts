import { Registry } from "@ganglion/runtime/metrics";
import { describe, expect, it } from "@jest/globals";
import { toKubeError } from "../../src/controllerkit/api/kubeError.ts";
import {
  Controller,
  createKitMetrics,
  Informer,
  ownKey,
  type Reconcile,
  ResourceClient,
  TerminalError,
} from "../../src/controllerkit/index.ts";
import { type Cube, cube, cubeType } from "./cubes.ts";
import { FakeClock, settle } from "./fakeClock.ts";
import { type LogLine, recordingLogger } from "./recordingLogger.ts";
import { ScriptedTransport } from "./scriptedTransport.ts";

function start(reconcile: Reconcile, workers = 2) {
  const clock = new FakeClock();
  const register = new Registry();
  const metrics = createKitMetrics(register);
  const lines: LogLine[] = [];
  const controller = new Controller(
    { name: "cube", workers, timeoutMs: 1_000 },
    { reconcile, clock, metrics, logger: recordingLogger(lines), random: () => 0.5 },
  );
  const stop = new AbortController();
  const run = () => controller.run(stop.signal);
  const metric = async (name: string): Promise<number> => {
    const text = await register.getSingleMetricAsString(`controller_runtime_${name}`);
    return Number(/ (\S+)$/.exec(text.trim())?.[1]);
  };
  const queueMetric = async (name: string): Promise<number> => {
    const text = await register.getSingleMetricAsString(`workqueue_${name}`);
    return Number(/ (\S+)$/.exec(text.trim())?.[1]);
  };
  return { clock, controller, stop, run, lines, metric, queueMetric, metrics };
}

describe("Controller", () => {
  it("tries again with growing waits until it succeeds", async () => {
    const times: number[] = [];
    const kit = start(() => {
      times.push(kit.clock.nowMs());
      return times.length < 4 ? Promise.reject(new TypeError("bad day")) : Promise.resolve(undefined);
    });
    kit.controller.enqueue("ns/a");
    const ended = kit.run();
    await kit.clock.advance(10_000);
    expect(times.map((time, index) => time - (times[index - 1] ?? time))).toEqual([0, 5, 10, 20]);
    expect(await kit.metric("reconcile_errors_total")).toBe(3);
    expect(await kit.metric("reconcile_panics_total")).toBe(3);
    expect(
      kit.lines.filter(({ message }) => message === "reconcile threw what it never should"),
    ).toHaveLength(3);
    kit.stop.abort();
    await ended;
  });

  it("does not try again what failed for good", async () => {
    let calls = 0;
    const kit = start(() => {
      calls += 1;
      return Promise.reject(new TerminalError("spec.colour is unknown"));
    });
    kit.controller.enqueue("ns/a");
    const ended = kit.run();
    await kit.clock.advance(2_000_000);
    expect(calls).toBe(1);
    expect(await kit.metric("terminal_reconcile_errors_total")).toBe(1);
    kit.stop.abort();
    await ended;
  });

  it("looks again after the time that the reconciler named", async () => {
    let calls = 0;
    const kit = start(() => {
      calls += 1;
      return Promise.resolve({ requeueAfterMs: 500 });
    });
    kit.controller.enqueue("ns/a");
    const ended = kit.run();
    await kit.clock.advance(499);
    expect(calls).toBe(1);
    await kit.clock.advance(1_001);
    expect(calls).toBe(4);
    kit.stop.abort();
    await ended;
  });

  it("aborts a reconcile that takes too long, and tries it again", async () => {
    let aborted = 0;
    const kit = start(
      (_, { signal }) =>
        new Promise((_, reject) => {
          const fail = (): void => {
            aborted += 1;
            reject(new Error("aborted"));
          };
          signal.addEventListener("abort", fail, { once: true });
        }),
    );
    kit.controller.enqueue("ns/a");
    const ended = kit.run();
    await kit.clock.advance(2_100);
    expect(aborted).toBe(2);
    expect(await kit.metric("reconcile_timeouts_total")).toBe(2);
    kit.stop.abort();
    await ended;
  });

  it("waits as long as the server asks, and tries often while it is away or in trouble", async () => {
    const times: number[] = [];
    let status = 429;
    const kit = start(() => {
      times.push(kit.clock.nowMs());
      const retryAfterMs = status === 429 ? { retryAfterMs: 3_000 } : {};
      return Promise.reject(
        toKubeError({ status, method: "POST", path: "/pods", body: {}, ...retryAfterMs }),
      );
    });
    kit.controller.enqueue("ns/a");
    const ended = kit.run();
    await kit.clock.advance(3_000);
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 3_000]);
    status = 503;
    await kit.clock.advance(600_000);
    const before = times.length;
    await kit.clock.advance(20_000);
    expect(times.length - before).toBe(4);
    status = 500;
    await kit.clock.advance(600_000);
    const stormy = times.length;
    await kit.clock.advance(60_000);
    expect(times.length - stormy).toBe(5);
    status = 422;
    await kit.clock.advance(600_000);
    const refused = times.length;
    await kit.clock.advance(600_000);
    expect(times.length - refused).toBeLessThanOrEqual(1);
    kit.stop.abort();
    await ended;
  });

  it("shows how long it has been at what it is at", async () => {
    let open = (): void => undefined;
    const kit = start(
      () =>
        new Promise((resolve) => {
          open = () => resolve(undefined);
        }),
    );
    kit.controller.enqueue("ns/a");
    const ended = kit.run();
    await kit.clock.advance(500);
    kit.controller.enqueue("ns/b");
    await kit.clock.advance(300);
    expect(await kit.queueMetric("unfinished_work_seconds")).toBeCloseTo(1.1);
    expect(await kit.queueMetric("longest_running_processor_seconds")).toBeCloseTo(0.8);
    kit.stop.abort();
    open();
    await kit.clock.advance(1_000);
    open();
    void ended;
  });

  it("lets news overtake what was there at the start", async () => {
    const transport = new ScriptedTransport();
    transport.answer = () => ({
      items: [cube("old1", 1), cube("old2", 2), cube("old3", 3)],
      metadata: { resourceVersion: "5" },
    });
    const order: string[] = [];
    const gate: (() => void)[] = [];
    const kit = start(async ({ name }) => {
      order.push(name);
      await new Promise<void>((resolve) => gate.push(resolve));
      return undefined;
    }, 1);
    const informer = new Informer<Cube>(
      {},
      {
        client: new ResourceClient(cubeType, { transport, fieldManager: "test" }),
        clock: kit.clock,
        logger: recordingLogger(),
      },
    );
    kit.controller.watch(informer, { keys: ownKey });
    const ended = Promise.all([informer.run(kit.stop.signal), kit.run()]);
    await kit.clock.advance(20);
    transport.watch.say({ type: "ADDED", object: cube("new", 6) });
    for (let turn = 0; turn < 4; turn++) {
      await settle();
      gate.shift()?.();
    }
    await settle();
    expect(order).toEqual(["old1", "new", "old2", "old3"]);
    kit.stop.abort();
    for (const open of gate) open();
    await ended;
  });

  it("ends when the last worker is done, and drops what waits", async () => {
    let open = (): void => undefined;
    const kit = start(
      () =>
        new Promise((resolve) => {
          open = () => resolve(undefined);
        }),
      1,
    );
    kit.controller.enqueue("ns/a");
    kit.controller.enqueue("ns/b");
    let ended = false;
    const run = kit.run().then(() => {
      ended = true;
    });
    await settle();
    kit.stop.abort();
    await settle();
    expect(ended).toBe(false);
    open();
    await run;
    expect(kit.controller.idle()).toBe(false);
  });
});
