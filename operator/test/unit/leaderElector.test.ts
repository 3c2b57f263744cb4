import { describe, expect, it } from "@jest/globals";
import { fenceWrites, LeaderElector, type Transport } from "../../src/controllerkit/index.ts";
import { FakeClock, settle } from "./fakeClock.ts";
import { LeaseServer } from "./leaseServer.ts";
import { recordingLogger } from "./recordingLogger.ts";

type Fault = { when?: "before" | "after" | "hang" | undefined };

class EarlyClock extends FakeClock {
  override after = (delayMs: number, run: () => void): (() => void) => this.at(delayMs - 0.6, run);
}

function candidate(server: LeaseServer, identity: string, clock = new FakeClock()) {
  const fault: Fault = {};
  const elector = new LeaderElector(
    { namespace: "ns", name: "lease", identity },
    { transport: server.connect(fault), clock, logger: recordingLogger(), random: () => 0.5 },
  );
  const stop = new AbortController();
  const state = { led: 0, working: false };
  const finishWork = { ms: 0 };
  const ended = elector
    .run(stop.signal, async (signal) => {
      state.led += 1;
      state.working = true;
      await new Promise<void>((resolve) => {
        const finish = (): void => {
          if (finishWork.ms === 0) resolve();
          else clock.after(finishWork.ms, resolve);
        };
        signal.addEventListener("abort", finish, { once: true });
      });
      state.working = false;
    })
    .then(
      () => "ended" as const,
      (error: unknown) => error,
    );
  return { elector, clock, fault, stop, state, ended, finishWork };
}

describe("LeaderElector", () => {
  it("elects one of two, and the other when the first gives up", async () => {
    const server = new LeaseServer();
    const clock = new FakeClock();
    const first = candidate(server, "first", clock);
    await settle();
    const second = candidate(server, "second", clock);
    await clock.advance(60_000);
    expect([first.elector.isLeader(), second.elector.isLeader()]).toEqual([true, false]);
    expect(second.elector.leader()).toBe("first");
    first.stop.abort();
    expect(await first.ended).toBe("ended");
    expect(server.lease?.spec?.holderIdentity).toBe("");
    await clock.advance(2_000);
    expect(second.elector.isLeader()).toBe(true);
    expect(server.lease?.spec?.leaseTransitions).toBe(1);
    second.stop.abort();
    await second.ended;
  });

  it("takes over from a dead leader after the lease, and not before", async () => {
    const server = new LeaseServer();
    const first = candidate(server, "first");
    await settle();
    // The first process stands still from here on.
    const second = candidate(server, "second");
    await second.clock.advance(14_900);
    expect(second.elector.isLeader()).toBe(false);
    await second.clock.advance(2_500);
    expect(second.elector.isLeader()).toBe(true);
    for (const each of [first, second]) each.stop.abort();
    await second.ended;
    await first.ended;
  });

  it("takes over when the lease expires, not only at its next try", async () => {
    const server = new LeaseServer();
    const first = candidate(server, "first");
    await settle();
    const second = candidate(server, "second");
    await second.clock.advance(14_999);
    expect(second.elector.isLeader()).toBe(false);
    await second.clock.advance(1);
    expect(second.elector.isLeader()).toBe(true);
    for (const each of [first, second]) each.stop.abort();
    await second.ended;
    await first.ended;
  });

  it("refuses times with which two could lead at once", () => {
    const modules = { transport: new LeaseServer().connect(), logger: recordingLogger() };
    const options = { namespace: "ns", name: "lease", identity: "me", leaseMs: 5_000 };
    expect(() => new LeaderElector(options, modules)).toThrow(/leaseMs 5000 > renewDeadlineMs 10000/);
  });

  it("knows after a pause that it leads no more, before any timer ran", async () => {
    const server = new LeaseServer();
    const first = candidate(server, "first");
    const sent: string[] = [];
    const inner: Transport = {
      ...server.connect(),
      request: (request) => Promise.resolve(sent.push(request.method)),
    };
    const fenced = fenceWrites(inner, first.elector);
    await settle();
    await fenced.request({ method: "POST", path: "/pods" });
    const second = candidate(server, "second");
    await second.clock.advance(20_000);
    expect(second.elector.isLeader()).toBe(true);
    first.clock.jump(60_000);
    expect(first.elector.isLeader()).toBe(false);
    await expect(fenced.request({ method: "POST", path: "/pods" })).rejects.toMatchObject({
      code: "KUBE_NOT_LEADER",
    });
    expect(sent).toEqual(["POST"]);
    await fenced.request({ method: "GET", path: "/pods" });
    await first.clock.advance(0);
    expect(await first.ended).toMatchObject({ code: "KUBE_NOT_LEADER" });
    expect(server.lease?.spec?.holderIdentity).toBe("second");
    second.stop.abort();
    await second.ended;
  });

  it("stops its work within the renewal deadline when the server is away", async () => {
    const server = new LeaseServer();
    const only = candidate(server, "only");
    await only.clock.advance(1_000);
    only.fault.when = "before";
    await only.clock.advance(8_900);
    expect(only.state.working).toBe(true);
    await only.clock.advance(1_200);
    expect(only.state.working).toBe(false);
    expect(await only.ended).toMatchObject({ code: "KUBE_NOT_LEADER" });
  });

  it("fails also when its timers are a little early", async () => {
    const server = new LeaseServer();
    const only = candidate(server, "only", new EarlyClock());
    await only.clock.advance(1_000);
    only.fault.when = "before";
    await only.clock.advance(11_000);
    expect(await only.ended).toMatchObject({ code: "KUBE_NOT_LEADER" });
    expect(server.lease?.spec?.holderIdentity).toBe("only");
  });

  it("survives a short outage", async () => {
    const server = new LeaseServer();
    const only = candidate(server, "only");
    await only.clock.advance(3_000);
    only.fault.when = "before";
    await only.clock.advance(7_000);
    only.fault.when = undefined;
    await only.clock.advance(30_000);
    expect(only.elector.isLeader()).toBe(true);
    expect(only.state.led).toBe(1);
    only.stop.abort();
    expect(await only.ended).toBe("ended");
  });

  it("goes on when a renewal happened but its answer was lost", async () => {
    const server = new LeaseServer();
    const only = candidate(server, "only");
    await only.clock.advance(1_000);
    only.fault.when = "after";
    await only.clock.advance(2_000);
    only.fault.when = undefined;
    await only.clock.advance(30_000);
    expect(only.elector.isLeader()).toBe(true);
    only.stop.abort();
    expect(await only.ended).toBe("ended");
    expect(server.lease?.spec?.holderIdentity).toBe("");
  });

  it("renews until its work has ended, and gives the lease up only then", async () => {
    const server = new LeaseServer();
    const only = candidate(server, "only");
    await settle();
    only.finishWork.ms = 20_000;
    only.stop.abort();
    await only.clock.advance(19_000);
    expect(only.elector.isLeader()).toBe(true);
    expect(server.lease?.spec?.holderIdentity).toBe("only");
    await only.clock.advance(1_000);
    expect(await only.ended).toBe("ended");
    expect(server.lease?.spec?.holderIdentity).toBe("");
  });

  it("gives up a candidacy at once", async () => {
    const server = new LeaseServer();
    const first = candidate(server, "first");
    await settle();
    const second = candidate(server, "second");
    await settle();
    second.stop.abort();
    expect(await second.ended).toBe("ended");
    expect(second.state.led).toBe(0);
    first.stop.abort();
    await first.ended;
  });
});
