import { setTimeout as sleep } from "node:timers/promises";
import type { BusEvent } from "@ganglion/events";
import { NatsBus, natsSchema } from "@ganglion/runtime/nats";
import { createRandom, type Logger } from "@ganglion/types";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { Publisher } from "../../src/io/publisher.ts";
import { EventLog, eventsOf } from "../gen/eventLog.ts";
import { natsRequest } from "../gen/natsRequest.ts";
import { BUILD_MS, ensureNatsServer, NatsServer } from "../gen/natsServer.ts";
import { TcpProxy } from "../gen/tcpProxy.ts";

const GENESIS = "ab".repeat(32);
const LIMIT_MS = 50_000;
const STREAM = { name: "chain-v1", subjects: ["chain.v1.>"], storage: "file" };
/** Blocks there are before publishing begins. */
const BACKLOG = 4_000;

let binary: string;
let server: NatsServer;
let proxy: TcpProxy;
let toClose: { readonly close: () => Promise<void> }[];
let codes: (string | undefined)[];

beforeAll(() => {
  binary = ensureNatsServer();
}, BUILD_MS);
beforeEach(async () => {
  server = new NatsServer(binary);
  await server.start();
  proxy = await TcpProxy.start(server.port);
  toClose = [];
  codes = [];
});
afterEach(async () => {
  for (const { close } of toClose) await close();
  await proxy.close();
  await server.remove();
});

const logger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_message, fields) => void codes.push(String(fields?.["code"])),
  error: () => undefined,
  child: () => logger,
};

function busAt(port: number, genesis = GENESIS): NatsBus {
  const bus = new NatsBus({ ...natsSchema.parse({ servers: [`nats://127.0.0.1:${port}`] }), genesis });
  toClose.push({ close: () => bus.close() });
  return bus;
}

function publish(log: EventLog, bus: NatsBus): void {
  const publisher = new Publisher({ store: log, bell: log.bell, bus, logger });
  toClose.unshift({ close: () => publisher.close() });
  publisher.start();
}

function logOf(blocks: number): EventLog {
  const log = new EventLog();
  log.commit(blocks);
  return log;
}

/** Reads up to the last event of a block, through whatever happens. */
async function readTo(bus: NatsBus, height: number, onEvent?: () => void): Promise<BusEvent[]> {
  const wanted = eventsOf(1, height).length;
  const seen: BusEvent[] = [];
  for await (const event of bus.consume({ fromHeight: 0 }, AbortSignal.timeout(LIMIT_MS))) {
    onEvent?.();
    if (seen.push(event) === wanted) break;
  }
  return seen;
}

/** What readers saw, and what the stream holds, is each event once and in order. */
async function expectWhole(reading: Promise<BusEvent[]>, height: number): Promise<void> {
  const events = eventsOf(1, height);
  expect(await reading).toEqual(events);
  expect(await readTo(busAt(server.port), height)).toEqual(events);
  expect(await natsRequest(server.port, "STREAM.INFO.chain-v1")).toMatchObject({
    state: { messages: events.length, last_seq: events.length },
  });
}

const messages = async () => {
  const info = await natsRequest(server.port, "STREAM.INFO.chain-v1");
  return Number(/"messages":(\d+)/.exec(JSON.stringify(info))?.[1] ?? 0);
};

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error("it did not come true in time");
    await sleep(10);
  }
}

describe("events on their way to a real nats-server", () => {
  it("are all there, once and in order, after the server was killed five times", async () => {
    const log = logOf(BACKLOG);
    publish(log, busAt(server.port));
    const reading = readTo(busAt(server.port), BACKLOG + 500);
    for (let i = 0; i < 5; i++) {
      await until(async () => (await messages()) > i * 500);
      await server.kill();
      log.commit(100);
      await server.start();
    }
    await expectWhole(reading, BACKLOG + 500);
  });

  it("are all there, once and in order, after connections were cut in the middle of messages", async () => {
    const random = createRandom(11);
    const log = logOf(BACKLOG);
    publish(log, busAt(proxy.port));
    const reading = readTo(busAt(server.port), BACKLOG);
    for (let i = 0; i < 12; i++) {
      proxy.cutAfter(5_000 + Math.floor(random.next() * 150_000));
      await sleep(150);
    }
    await expectWhole(reading, BACKLOG);
    expect(codes).toContain("BUS_UNREACHABLE");
  });

  it("reach a reader once and in order whose connections break", async () => {
    publish(logOf(BACKLOG), busAt(server.port));
    let count = 0;
    const reading = readTo(busAt(proxy.port), BACKLOG, () => {
      if (++count % 500 === 0) proxy.cut();
    });
    await expectWhole(reading, BACKLOG);
  });

  it("are stored once where the server's answers come too late", async () => {
    const log = logOf(10);
    publish(log, busAt(proxy.port));
    const reading = readTo(busAt(server.port), 2_010);
    await until(async () => (await messages()) === eventsOf(1, 10).length);
    proxy.stall();
    log.commit(1_000);
    await until(() => codes.includes("BUS_UNREACHABLE"));
    proxy.resume();
    log.commit(1_000);
    await expectWhole(reading, 2_010);
  });

  it("wait while the stream is full, and go on when there is room", async () => {
    const limited = { ...STREAM, discard: "new", max_msgs: 100 };
    await natsRequest(server.port, "STREAM.CREATE.chain-v1", limited);
    publish(logOf(500), busAt(server.port));
    await until(() => codes.includes("BUS_FULL"));
    expect(await messages()).toBe(100);
    await natsRequest(server.port, "STREAM.UPDATE.chain-v1", { ...limited, max_msgs: -1 });
    await expectWhole(readTo(busAt(server.port), 500), 500);
  });

  it("go on behind a purged stream, fill a deleted one anew, and reach a reader once", async () => {
    const log = logOf(300);
    publish(log, busAt(server.port));
    let read = 0;
    const reading = readTo(busAt(server.port), 900, () => read++);
    await until(() => read === eventsOf(1, 300).length);
    await natsRequest(server.port, "STREAM.PURGE.chain-v1");
    const late = readTo(busAt(server.port), 900);
    log.commit(300);
    await expect(late).rejects.toMatchObject({ code: "BUS_EVENTS_GONE", data: { firstHeight: 302 } });
    await until(() => read === eventsOf(1, 600).length);
    expect(await messages()).toBe(eventsOf(301, 600).length);
    await natsRequest(server.port, "STREAM.DELETE.chain-v1");
    log.commit(300);
    await expectWhole(reading, 900);
  });

  it("are stored once where two nodes of one network publish them", async () => {
    const logs = [logOf(2_000), logOf(1_500)];
    for (const log of logs) publish(log, busAt(server.port));
    for (const log of logs) log.commit(1_000);
    await expectWhole(readTo(busAt(server.port), 3_000), 3_000);
  });

  it("do not mix with those of another network", async () => {
    publish(logOf(20), busAt(server.port));
    await until(async () => (await messages()) === eventsOf(1, 20).length);
    const other = busAt(server.port, "cd".repeat(32));
    publish(logOf(40), other);
    await until(() => codes.includes("BUS_OTHER_NETWORK"));
    expect(await messages()).toBe(eventsOf(1, 20).length);
    await expect(readTo(other, 20)).rejects.toMatchObject({ code: "BUS_OTHER_NETWORK" });
  });
});
