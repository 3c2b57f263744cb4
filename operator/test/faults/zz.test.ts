import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { plainAccess, startFakeApiBehindProxy } from "../contract/apiUnderTest.ts";
import { eventually } from "../contract/eventually.ts";
import { ToyWorld } from "../toy/toyWorld.ts";
import { FaultProxy } from "./faultProxy.ts";
import { CONNECTION_SCENARIOS, type FaultBed, recover, TOY } from "./scenarios.ts";
import { lines, startToyReplica, type ToyReplica } from "./zzReplica.ts";

const REPLICAS = 20;
const SET_UP_MS = 60_000;
const BED = { replicas: REPLICAS, withinMs: 20_000, lastsMs: 1_000 };
/** An election in a second instead of fifteen. */
const TIMING = { leaseMs: 2_000, renewDeadlineMs: 1_200, retryMs: 200, silenceMs: 1_000 };

/** Its leadership is to outlive a storm. */
const STEADY = { retryMs: 200, silenceMs: 1_000 };

describe("the toy controller, with faults, on the fake API server", () => {
  let api: Awaited<ReturnType<typeof startFakeApiBehindProxy>>;
  let world: ToyWorld;
  let bed: FaultBed;
  const replicas: ToyReplica[] = [];

  beforeAll(async () => {
    api = await startFakeApiBehindProxy();
    world = await ToyWorld.open(api, "faults");
    bed = { ...BED, world };
    await world.createToy(TOY, REPLICAS);
  }, SET_UP_MS);
  // A new one each time: back-off from the fault before is no matter here.
  beforeEach(() => {
    replicas.push(startToyReplica(api.access, world.namespace, STEADY));
  });
  afterEach(async () => {
    api.faults.clear();
    for (const replica of replicas.splice(0)) await replica.stop();
  });
  afterAll(async () => {
    await world.close();
    await api.close();
  });

  it.each(CONNECTION_SCENARIOS)("recovers from $name", async (scenario) => {
    lines.length = 0;
    const recovery = await recover(bed, scenario).catch((e) => {
      process.stderr.write(lines.join("\n") + "\n");
      throw e;
    });

    expect(recovery).toMatchObject({ surplus: 0, duplicates: [] });
  });

  it("recovers from a restart of the server", async () => {
    const run = async (): Promise<void> => {
      await world.kill(TOY, 5);
      await api.restart();
    };
    const recovery = await recover(bed, { name: "restart", run });

    expect(recovery).toMatchObject({ surplus: 0, duplicates: [] });
  });

  it("hands over from a leader that is cut off, which then does nothing more", async () => {
    await replicas.shift()?.stop();
    const link = await FaultProxy.start(api.direct);
    const cutOff = startToyReplica(plainAccess(link.url), world.namespace, TIMING);
    await eventually("it leads", async () => (await cutOff.metric("leader_election_master_status")) === 1);
    const standby = startToyReplica(api.access, world.namespace, TIMING);
    replicas.push(standby);
    const run = async (): Promise<void> => {
      link.faults.add({ action: { kind: "hang" } });
      link.faults.silenceWatches();
      await world.kill(TOY, 5);
    };

    const recovery = await recover(bed, { name: "leader cut off", run });

    expect(recovery).toMatchObject({ surplus: 0, duplicates: [] });
    expect(await standby.metric("leader_election_master_status")).toBe(1);
    expect(await cutOff.ended).toMatchObject({ code: "KUBE_NOT_LEADER" });
    await cutOff.stop();
    await link.close();
  });
});
