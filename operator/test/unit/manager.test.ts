import { spawnSync } from "node:child_process";
import { describe, expect, it } from "@jest/globals";
import { LeaderElector, type ManagedCache, Manager } from "../../src/controllerkit/index.ts";
import { FakeClock, settle } from "./fakeClock.ts";
import { LeaseServer } from "./leaseServer.ts";
import { recordingLogger } from "./recordingLogger.ts";

const logger = recordingLogger();
const MANAGER = new URL("../../src/controllerkit/manager.ts", import.meta.url);
/** In a process of its own: only there a rejection that nobody handles in time shows. Ends with what `run` threw. */
const FAILING_PROGRAM = `
  import { Manager } from "${MANAGER.href}";
  const logger = { info() {}, error() {} };
  const manager = new Manager({}, { logger });
  const aborted = (signal) => new Promise((resolve) => signal.addEventListener("abort", resolve));
  const turn = () => new Promise((resolve) => setTimeout(resolve, 20));
  manager.addLeaderOnly({ name: "slow", run: (signal) => aborted(signal).then(turn) });
  manager.addAlways({ name: "broken", run: () => turn().then(() => Promise.reject(new Error("no disk"))) });
  await manager.run(new AbortController().signal).catch((error) => console.log("run threw:", error.message));
`;

function start({ withElector = true, stopDeadlineMs = 10_000 } = {}) {
  const clock = new FakeClock();
  const server = new LeaseServer();
  const fault: { when?: "before" | undefined } = {};
  const elector = new LeaderElector(
    { namespace: "ns", name: "lease", identity: "me" },
    { transport: server.connect(fault), clock, logger, random: () => 0.5 },
  );
  const events: string[] = [];
  const cache = { synced: false };
  const manager = new Manager({ stopDeadlineMs }, { logger, clock, ...(withElector ? { elector } : {}) });
  const until = (name: string, lingerMs = 0) => ({
    name,
    run: (signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        events.push(`${name} starts`);
        const end = (): void => {
          events.push(`${name} ends`);
          resolve();
        };
        signal.addEventListener("abort", () => (lingerMs === 0 ? end() : clock.after(lingerMs, end)), {
          once: true,
        });
      }),
  });
  const pods: ManagedCache = {
    kind: "Pod",
    run: until("cache").run,
    synced: () => cache.synced,
    silenceMs: () => 0,
    waitForSync: async (signal) => {
      while (!cache.synced && !signal.aborted) await new Promise((resolve) => setImmediate(resolve));
      return cache.synced;
    },
  };
  manager.addCache(pods);
  manager.addAlways(until("always"));
  const stop = new AbortController();
  const run = (): Promise<unknown> =>
    manager.run(stop.signal).then(
      () => "ended",
      (error: unknown) => error,
    );
  return { clock, server, fault, events, cache, manager, until, stop, run };
}

describe("Manager", () => {
  it("starts caches first, leads once they are full, and stops in reverse", async () => {
    const kit = start();
    kit.manager.addLeaderOnly(kit.until("controller"));
    const ended = kit.run();
    await settle();
    expect(kit.events).toEqual(["cache starts", "always starts"]);
    expect(kit.manager.health().ready["caches"]?.()).toBe("Pod not listed yet");
    kit.cache.synced = true;
    await settle();
    expect(kit.events.at(-1)).toBe("controller starts");
    expect(kit.manager.health().ready["caches"]?.()).toBeUndefined();
    kit.stop.abort();
    expect(await ended).toBe("ended");
    expect(kit.events.slice(3)).toEqual(["controller ends", "cache ends", "always ends"]);
    expect(kit.server.lease?.spec?.holderIdentity).toBe("");
  });

  it("keeps a standby's caches full without leading", async () => {
    const kit = start();
    kit.cache.synced = true;
    kit.manager.addLeaderOnly(kit.until("controller"));
    const other = new LeaderElector(
      { namespace: "ns", name: "lease", identity: "other" },
      { transport: kit.server.connect(), clock: kit.clock, logger, random: () => 0.5 },
    );
    const hold = new AbortController();
    const held = other.run(hold.signal, (signal) => kit.until("other").run(signal));
    await settle();
    const ended = kit.run();
    await kit.clock.advance(60_000);
    expect(kit.events).not.toContain("controller starts");
    expect(kit.manager.health().ready["caches"]?.()).toBeUndefined();
    hold.abort();
    await held;
    await kit.clock.advance(3_000);
    expect(kit.events.at(-1)).toBe("controller starts");
    kit.stop.abort();
    await ended;
  });

  it("stops everything when one runnable throws, and throws the same", async () => {
    const kit = start({ withElector: false });
    kit.cache.synced = true;
    kit.manager.addLeaderOnly(kit.until("controller"));
    const broken = new Error("no disk");
    kit.manager.addLeaderOnly({ name: "broken", run: () => Promise.reject(broken) });
    expect(await kit.run()).toBe(broken);
    expect(kit.events.slice(-3)).toEqual(["controller ends", "cache ends", "always ends"]);
  });

  it("keeps the failure of what always runs until slow controllers have stopped", () => {
    const args = ["--input-type=module", "--eval", FAILING_PROGRAM];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "run threw: no disk\n" });
  });

  it("stops its controllers and fails when leadership is lost", async () => {
    const kit = start();
    kit.cache.synced = true;
    kit.manager.addLeaderOnly(kit.until("controller"));
    const ended = kit.run();
    await kit.clock.advance(5_000);
    kit.fault.when = "before";
    await kit.clock.advance(11_000);
    expect(await ended).toMatchObject({ code: "KUBE_NOT_LEADER" });
    expect(kit.events).toContain("controller ends");
  });

  it("waits for slow controllers and then no longer than its deadline, without giving up the lease", async () => {
    const kit = start();
    kit.cache.synced = true;
    kit.manager.addLeaderOnly(kit.until("controller", 60_000));
    const ended = kit.run();
    await settle();
    kit.stop.abort();
    await kit.clock.advance(9_999);
    expect(kit.events).not.toContain("cache ends");
    await kit.clock.advance(1);
    expect(await ended).toMatchObject({ code: "KIT_STOP_TIMEOUT" });
    expect(kit.server.lease?.spec?.holderIdentity).toBe("me");
    kit.fault.when = "before";
    await kit.clock.advance(100_000);
  });

  it("has one deadline for its whole stop, whatever hangs", async () => {
    const kit = start();
    kit.cache.synced = true;
    kit.manager.addLeaderOnly(kit.until("controller", 60_000));
    kit.manager.addAlways(kit.until("recorder", 60_000));
    let outcome: unknown;
    void kit.run().then((result) => {
      outcome = result;
    });
    await settle();
    kit.stop.abort();
    await kit.clock.advance(10_000);
    expect(outcome).toMatchObject({ code: "KIT_STOP_TIMEOUT" });
    kit.fault.when = "before";
    await kit.clock.advance(100_000);
  });

  it("fails when a first list takes too long", async () => {
    const kit = start();
    const ended = kit.run();
    await kit.clock.advance(120_000);
    expect(await ended).toMatchObject({ code: "KIT_NOT_SYNCED" });
  });
});
