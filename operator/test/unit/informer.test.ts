import { describe, expect, it } from "@jest/globals";
import { Informer, ResourceClient } from "../../src/controllerkit/index.ts";
import { type Cube, cube, cubeType } from "./cubes.ts";
import { FakeClock } from "./fakeClock.ts";
import { type LogLine, recordingLogger } from "./recordingLogger.ts";
import { ScriptedTransport } from "./scriptedTransport.ts";

function start(count: number) {
  const transport = new ScriptedTransport();
  transport.answer = () => ({
    items: Array.from({ length: count }, (_, index) => cube(`c${index}`, index + 1)),
    metadata: { resourceVersion: String(count) },
  });
  const clock = new FakeClock();
  const lines: LogLine[] = [];
  const informer = new Informer<Cube>(
    {},
    {
      client: new ResourceClient(cubeType, { transport, fieldManager: "test" }),
      clock,
      logger: recordingLogger(lines),
    },
  );
  const stop = new AbortController();
  return { transport, clock, informer, lines, stop, run: () => informer.run(stop.signal) };
}

describe("Informer", () => {
  it("tells each handler each object once, however late it was added", async () => {
    const { clock, informer, stop, run, transport } = start(3_500);
    const early: string[] = [];
    const during: string[] = [];
    const late: string[] = [];
    informer.addHandler(({ key, initial }) => {
      if (early.length === 1_500) informer.addHandler((change) => void during.push(change.key));
      early.push(`${key} ${initial}`);
    });
    const ended = run();
    await clock.advance(1);
    informer.addHandler(({ key }) => void late.push(key));
    for (const told of [early, during, late]) {
      expect(told).toHaveLength(3_500);
      expect(new Set(told).size).toBe(3_500);
    }
    expect(early[0]).toBe("ns/c0 true");
    transport.watch.say({ type: "MODIFIED", object: cube("c0", 9_000) });
    await clock.advance(1);
    expect(early.at(-1)).toBe("ns/c0 false");
    stop.abort();
    await ended;
  });

  it("goes on when a handler throws, and says so", async () => {
    const { clock, informer, lines, stop, run } = start(2);
    const told: string[] = [];
    informer.addHandler(() => {
      throw new TypeError("a bug");
    });
    informer.addHandler(({ key }) => void told.push(key));
    const ended = run();
    await clock.advance(1);
    expect(told).toEqual(["ns/c0", "ns/c1"]);
    expect(lines.filter(({ level }) => level === "error")).toHaveLength(2);
    stop.abort();
    await ended;
  });

  it("counts the time since the server last gave a sign", async () => {
    const { clock, informer, stop, run, transport } = start(1);
    const ended = run();
    await clock.advance(10_000);
    expect(informer.silenceMs()).toBe(10_000);
    transport.watch.say({ type: "BOOKMARK", object: { metadata: { resourceVersion: "5" } } });
    await clock.advance(0);
    expect(informer.silenceMs()).toBe(0);
    stop.abort();
    await ended;
  });

  it("counts the silence on while it isn't known which version the server has", async () => {
    const { clock, informer, stop, run, transport } = start(1);
    const answer = transport.answer;
    const ended = run();
    await clock.advance(0);
    transport.answer = () => {
      throw new TypeError("no answer");
    };
    await clock.advance(30_000);
    expect(informer.silenceMs()).toBe(30_000);
    expect(transport.streams).toHaveLength(1);
    transport.answer = answer;
    await clock.advance(15_000);
    expect(informer.silenceMs()).toBe(0);
    expect(transport.streams).toHaveLength(2);
    stop.abort();
    await ended;
  });
});
