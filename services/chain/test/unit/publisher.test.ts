import { setTimeout as sleep } from "node:timers/promises";
import type { BusEvent } from "@ganglion/events";
import { type Bus, createMemoryBus } from "@ganglion/runtime/bus";
import { Registry } from "@ganglion/runtime/metrics";
import { createRandom, GanglionError, type Logger } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { Publisher } from "../../src/io/publisher.ts";
import { createPublisherMetrics } from "../../src/metrics.ts";
import { EventLog, eventsOf } from "../gen/eventLog.ts";

const LIMIT_MS = 20_000;

async function readAll(bus: Bus, count: number): Promise<BusEvent[]> {
  const taken: BusEvent[] = [];
  for await (const event of bus.consume({ fromHeight: 0 }, AbortSignal.timeout(LIMIT_MS)))
    if (taken.push(event) === count) break;
  return taken;
}

async function firstOf(bus: Bus, fromHeight: number): Promise<BusEvent> {
  for await (const event of bus.consume({ fromHeight }, AbortSignal.timeout(LIMIT_MS))) return event;
  throw new Error("no event came in time");
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error("it did not come true in time");
    await sleep(5);
  }
}

/** Notes what is logged. */
function notingLogger(lines: string[]): Logger {
  const note = (message: string) => void lines.push(message);
  const logger: Logger = { debug: note, info: note, warn: note, error: note, child: () => logger };
  return logger;
}

function start(log: EventLog, bus: Bus) {
  const lines: string[] = [];
  const register = new Registry();
  const metrics = createPublisherMetrics(register);
  const publisher = new Publisher({ store: log, bell: log.bell, bus, logger: notingLogger(lines), metrics });
  publisher.start();
  const metric = async (name: string) => {
    const text = await register.getSingleMetricAsString(`ganglion_chain_${name}`);
    return Number(/ (\S+)$/.exec(text)?.[1]);
  };
  return { publisher, lines, metric };
}

const refusal = new GanglionError("BUS_FULL", "no room");

describe("the publisher", () => {
  it("publishes what was committed before it began, and then each block", async () => {
    const log = new EventLog();
    log.commit(700);
    const bus = createMemoryBus();
    const { publisher, metric } = start(log, bus);
    log.commit(3);
    const events = eventsOf(1, 703);
    expect(await readAll(bus, events.length)).toEqual(events);
    await until(async () => (await metric("publish_lag_blocks")) === 0);
    expect(await metric("events_published_total")).toBe(events.length);
    expect(await metric("published_height")).toBe(703);
    await publisher.close();
  });

  it("goes on after the bus's last event, also within a block", async () => {
    const log = new EventLog();
    log.commit(20);
    const bus = createMemoryBus();
    const events = eventsOf(1, 20);
    await bus.publish(events.slice(0, 6), AbortSignal.timeout(LIMIT_MS));
    const { publisher, metric } = start(log, bus);
    expect(await readAll(bus, events.length)).toEqual(events);
    await until(async () => (await metric("events_published_total")) === events.length - 6);
    await publisher.close();
  });

  it("loses and repeats nothing when the bus fails, or fails to say that it stored", async () => {
    const log = new EventLog();
    const inner = createMemoryBus();
    const random = createRandom(7);
    const bus: Bus = {
      ...inner,
      last: (signal) => (random.next() < 0.3 ? Promise.reject(refusal) : inner.last(signal)),
      publish: async (page, signal) => {
        const stored = Math.floor(random.next() * (page.length + 1));
        await inner.publish(page.slice(0, stored), signal);
        if (random.next() < 0.5) throw new GanglionError("BUS_UNREACHABLE", "cut");
        await inner.publish(page.slice(stored), signal);
      },
    };
    const { publisher } = start(log, bus);
    for (let i = 0; i < 20; i++) {
      log.commit(100);
      await sleep(1);
    }
    const events = eventsOf(1, 2_000);
    expect(await readAll(inner, events.length)).toEqual(events);
    await publisher.close();
  });

  it("logs an outage once, counts its tries and says when it is over", async () => {
    const log = new EventLog();
    log.commit(10);
    const inner = createMemoryBus();
    let isFull = true;
    const bus: Bus = {
      ...inner,
      publish: (page, signal) => (isFull ? Promise.reject(refusal) : inner.publish(page, signal)),
    };
    const { publisher, lines, metric } = start(log, bus);
    await until(async () => (await metric("publish_errors_total")) >= 3);
    expect(await metric("publish_lag_blocks")).toBe(10);
    expect(lines).toEqual(["events are not published"]);
    isFull = false;
    await until(() => lines.length === 2);
    expect(lines[1]).toBe("events are published again");
    await publisher.close();
  });

  it("says and counts once which blocks were pruned before they were published, and goes on", async () => {
    const log = new EventLog();
    const bus = createMemoryBus();
    await bus.publish(eventsOf(1, 9), AbortSignal.timeout(LIMIT_MS));
    log.commit(100);
    log.prune(50);
    const { publisher, lines, metric } = start(log, bus);
    await until(async () => (await metric("published_height")) === 100);
    expect(lines).toEqual(["events were pruned before they were published"]);
    expect(await metric("publish_skipped_blocks_total")).toBe(41);
    await expect(firstOf(bus, 10)).rejects.toMatchObject({
      code: "BUS_EVENTS_GONE",
      data: { firstHeight: 50 },
    });
    expect(await firstOf(bus, 50)).toMatchObject({ height: 50, index: 0, wholeFrom: 50 });
    await publisher.close();
  });

  it("tells of a gap whose first whole blocks have no events", async () => {
    const log = new EventLog();
    const bus = createMemoryBus();
    log.commit(49);
    log.prune(49);
    const { publisher, metric } = start(log, bus);
    await until(async () => (await metric("published_height")) === 49);
    log.commit(1);
    await expect(firstOf(bus, 1)).rejects.toMatchObject({
      code: "BUS_EVENTS_GONE",
      data: { firstHeight: 49 },
    });
    await publisher.close();
  });

  it("tells of no gap where what it published is pruned", async () => {
    const log = new EventLog();
    const bus = createMemoryBus();
    log.commit(48);
    const { publisher, metric } = start(log, bus);
    await until(async () => (await metric("published_height")) === 48);
    log.commit(1);
    await until(async () => (await metric("published_height")) === 49);
    log.prune(50);
    log.commit(1);
    expect((await firstOf(bus, 49)).wholeFrom).toBeUndefined();
    await publisher.close();
  });

  it("stops at once while the bus does not answer", async () => {
    const log = new EventLog();
    log.commit(1);
    const bus: Bus = {
      ...createMemoryBus(),
      last: (signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(refusal), { once: true })),
    };
    const { publisher, lines } = start(log, bus);
    await publisher.close();
    expect(lines).toEqual([]);
  });
});
