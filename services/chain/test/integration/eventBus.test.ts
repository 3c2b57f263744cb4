import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BusEvent, comparePositions } from "@ganglion/events";
import { type Bus, createMemoryBus } from "@ganglion/runtime/bus";
import { NatsBus, natsSchema } from "@ganglion/runtime/nats";
import type { GanglionError } from "@ganglion/types";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { eventsOf } from "../gen/eventLog.ts";
import { accountsConfig, BUILD_MS, ensureNatsServer, NatsServer } from "../gen/natsServer.ts";

const GENESIS = "ab".repeat(32);
const LIMIT_MS = 20_000;

const ACCOUNTS = 40;

let server: NatsServer;
let accounts = 0;
const passwordFile = () => join(server.folder, "password");

beforeAll(async () => {
  server = new NatsServer(ensureNatsServer(), { config: accountsConfig(ACCOUNTS) });
  await server.start();
  writeFileSync(passwordFile(), "secret\n");
}, BUILD_MS);
afterAll(() => server.remove());

/** Each in an account of its own: the subjects are the same. */
function newNatsBus(maxBytes?: number): Bus {
  const user = { name: `u${accounts++}`, passwordFile: passwordFile() };
  const options = natsSchema.parse({ servers: [server.url], user, maxBytes });
  return new NatsBus({ ...options, genesis: GENESIS });
}

const ids = (events: readonly BusEvent[]) => events.map(({ height, index }) => `${height}:${index}`);

async function take(bus: Bus, fromHeight: number, count: number): Promise<BusEvent[]> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const taken: BusEvent[] = [];
  for await (const event of bus.consume({ fromHeight }, signal)) if (taken.push(event) === count) break;
  return taken;
}

const signal = () => AbortSignal.timeout(LIMIT_MS);

async function filled(bus: Bus, events: readonly BusEvent[]): Promise<Bus> {
  await bus.last(signal());
  await bus.publish(events, signal());
  return bus;
}

describe.each([
  {
    name: "in one process",
    create: () => createMemoryBus(),
    small: () => createMemoryBus({ maxEvents: 300 }),
  },
  { name: "of a real nats-server", create: () => newNatsBus(), small: () => newNatsBus(1024 ** 2) },
])("the bus $name", ({ create, small }) => {
  it("has no last event at first, then the one that was published last", async () => {
    const bus = create();
    expect(await bus.last(signal())).toBeUndefined();
    await bus.publish(eventsOf(1, 5), signal());
    expect(await bus.last(signal())).toMatchObject({ height: 5, index: 2 });
    await bus.close();
  });

  it("gives every reader all events in order, kind and JSON unchanged, past and then live", async () => {
    const events = eventsOf(1, 400);
    const bus = await filled(create(), events.slice(0, 300));
    const readers = [take(bus, 0, events.length), take(bus, 0, events.length)];
    await bus.publish(events.slice(300), signal());
    for (const reader of readers) expect(await reader).toEqual(events);
    await bus.close();
  });

  it.each([1, 2, 5, 6, 123, 400])("replays from height %d", async (fromHeight) => {
    const events = eventsOf(1, 400);
    const bus = await filled(create(), events);
    const wanted = events.filter(({ height }) => height >= fromHeight);
    expect(ids(await take(bus, fromHeight, wanted.length))).toEqual(ids(wanted));
    await bus.close();
  });

  it("waits at a height that is not there yet", async () => {
    const bus = await filled(create(), eventsOf(1, 3));
    const waiting = take(bus, 7, 1);
    await bus.publish(eventsOf(4, 8), signal());
    expect(ids(await waiting)).toEqual(["8:0"]);
    await bus.close();
  });

  it("replays what lies behind blocks without events", async () => {
    const bus = await filled(create(), [...eventsOf(2, 4), ...eventsOf(90, 95)]);
    expect(ids(await take(bus, 5, 1))).toEqual(["90:0"]);
    expect(ids(await take(bus, 1, 1))).toEqual(["2:0"]);
    await bus.close();
  });

  it("ends a reader that waits when its signal aborts", async () => {
    const bus = await filled(create(), eventsOf(1, 2));
    const stop = new AbortController();
    const seen: BusEvent[] = [];
    for await (const event of bus.consume({ fromHeight: 0 }, stop.signal))
      if (seen.push(event) === 2) stop.abort();
    expect(ids(seen)).toEqual(["1:0", "2:0"]);
    await bus.close();
  });

  it("says from where on nothing is missing to a reader that comes too late", async () => {
    const bus = small();
    for (let first = 1; first <= 6_000; first += 200) await filled(bus, eventsOf(first, first + 199));
    const reading = take(bus, 1, 1);
    await expect(reading).rejects.toMatchObject({ code: "BUS_EVENTS_GONE" });
    const firstHeight = await reading.then(
      () => 0,
      (error: GanglionError) => Number(error.data["firstHeight"]),
    );
    expect(firstHeight).toBeGreaterThan(1);
    const wanted = eventsOf(firstHeight, 6_000);
    expect(ids(await take(bus, firstHeight, wanted.length))).toEqual(ids(wanted));
    await bus.close();
  });

  it("tells whom it concerns of events that never reached it", async () => {
    const [next, ...others] = eventsOf(50, 60);
    if (next === undefined) throw new RangeError("block 50 has events");
    const bus = await filled(create(), [...eventsOf(1, 9), { ...next, wholeFrom: 40 }, ...others]);
    const gone = { code: "BUS_EVENTS_GONE", data: { firstHeight: 40 } };
    const before = eventsOf(1, 9).length;
    expect(await take(bus, 1, before)).toEqual(eventsOf(1, 9));
    await expect(take(bus, 1, before + 1)).rejects.toMatchObject(gone);
    await expect(take(bus, 39, 1)).rejects.toMatchObject(gone);
    expect(ids(await take(bus, 40, 1))).toEqual(["50:0"]);
    await bus.close();
  });

  it("tells a reader from the start of events before its first one", async () => {
    const [first, ...others] = eventsOf(50, 60);
    if (first === undefined) throw new RangeError("block 50 has events");
    const bus = await filled(create(), [{ ...first, wholeFrom: 50 }, ...others]);
    await expect(take(bus, 1, 1)).rejects.toMatchObject({
      code: "BUS_EVENTS_GONE",
      data: { firstHeight: 50 },
    });
    await bus.close();
  });

  it("takes nothing twice and nothing out of order when two publishers meet", async () => {
    const bus = create();
    const events = eventsOf(1, 50);
    for (const stop of [10, 20, 50]) {
      const last = await bus.last(signal());
      const following = events.filter((event) => last === undefined || comparePositions(event, last) > 0);
      await bus.publish(following.slice(0, stop), signal());
    }
    expect(await take(bus, 0, events.length)).toEqual(events);
    await bus.close();
  });
});
