import { describe, expect, it } from "@jest/globals";
import { toKubeError } from "../../src/controllerkit/api/kubeError.ts";
import { EventRecorder } from "../../src/controllerkit/index.ts";
import { cube } from "./cubes.ts";
import { FakeClock } from "./fakeClock.ts";
import { recordingLogger } from "./recordingLogger.ts";
import { ScriptedTransport } from "./scriptedTransport.ts";

const problem = (status: number, method = "POST") =>
  toKubeError({ status, method, path: "/events", body: {} });

function start() {
  const transport = new ScriptedTransport();
  const clock = new FakeClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  let version = 0;
  let problems: (Error | undefined)[] = [];
  transport.answer = ({ body }) => {
    const error = problems.shift();
    if (error !== undefined) throw error;
    version += 1;
    const { metadata } = body as { metadata: object };
    return {
      ...(body as object),
      metadata: { name: "e", ...metadata, uid: "u", resourceVersion: String(version) },
    };
  };
  const recorder = new EventRecorder(
    { controller: "example.com/test", instance: "replica-1" },
    { transport, clock, logger: recordingLogger(), random: () => 0.5 },
  );
  const stop = new AbortController();
  const ended = recorder.run(stop.signal);
  const tell = (note = "made 3", name = "a"): void =>
    recorder.record({ regarding: cube(name, 1), type: "Normal", reason: "Made", action: "Make", note });
  return {
    transport,
    clock,
    tell,
    failNext: (...errors: (Error | undefined)[]) => {
      problems = errors;
    },
    sent: () => transport.requests.map(({ method, body }) => ({ method, ...(body as { series?: object }) })),
    finish: async () => {
      stop.abort();
      await ended;
    },
  };
}

describe("EventRecorder", () => {
  it("writes an event of events.k8s.io/v1 with times of six digits", async () => {
    const { clock, tell, sent, transport, finish } = start();
    tell();
    await clock.advance(1);
    expect(transport.requests[0]?.path).toBe("/apis/events.k8s.io/v1/namespaces/ns/events");
    expect(sent()[0]).toMatchObject({
      eventTime: "2026-01-02T03:04:05.678000Z",
      reportingController: "example.com/test",
      reportingInstance: "replica-1",
      regarding: { kind: "Cube", namespace: "ns", name: "a", uid: "uid-a" },
      reason: "Made",
      action: "Make",
      note: "made 3",
      type: "Normal",
    });
    await finish();
  });

  it("counts repetitions: the second is written, the rest at most every five minutes", async () => {
    const { clock, tell, sent, finish } = start();
    for (let times = 0; times < 100; times++) {
      tell();
      await clock.advance(100);
    }
    expect(sent().map(({ method }) => method)).toEqual(["POST", "PATCH"]);
    expect(sent()[1]?.series).toMatchObject({ count: 2 });
    await clock.advance(400_000);
    expect(sent().map(({ method }) => method)).toEqual(["POST", "PATCH", "PATCH"]);
    expect(sent()[2]?.series).toMatchObject({ count: 100 });
    await finish();
  });

  it("starts anew when a series has ended", async () => {
    const { clock, tell, sent, finish } = start();
    tell();
    await clock.advance(500_000);
    tell();
    await clock.advance(1);
    expect(sent().map(({ method }) => method)).toEqual(["POST", "POST"]);
    await finish();
  });

  it("combines events that differ in their note only, from the eleventh on", async () => {
    const { clock, tell, sent, finish } = start();
    for (let number = 0; number < 30; number++) tell(`made ${number}`);
    await clock.advance(1);
    expect(sent()).toHaveLength(11);
    expect(sent()[10]).toMatchObject({
      note: "(combined from similar events) made 10",
      series: { count: 20 },
    });
    await finish();
  });

  it("makes a new event when the old one has expired", async () => {
    const { clock, tell, sent, failNext, finish } = start();
    tell();
    await clock.advance(1);
    failNext(problem(404));
    tell();
    await clock.advance(1);
    expect(sent().map(({ method }) => method)).toEqual(["POST", "PATCH", "POST"]);
    expect(sent()[2]?.series).toMatchObject({ count: 2 });
    await finish();
  });

  it("tries again while the server is away, and drops what the server refuses", async () => {
    const { clock, tell, sent, failNext, finish } = start();
    failNext(problem(503), problem(503), undefined, problem(422));
    tell();
    await clock.advance(25_000);
    expect(sent()).toHaveLength(3);
    tell("other");
    await clock.advance(60_000);
    expect(sent()).toHaveLength(4);
    await finish();
  });

  it("writes what is left when it is stopped", async () => {
    const { tell, sent, finish } = start();
    tell("one");
    tell("two", "b");
    await finish();
    expect(sent()).toHaveLength(2);
  });

  it("writes what it was about to try again when it is stopped", async () => {
    const { clock, tell, sent, failNext, finish } = start();
    failNext(problem(503));
    tell("one");
    await clock.advance(1);
    tell("two", "b");
    await finish();
    expect(sent()).toMatchObject([{ note: "one" }, { note: "one" }, { note: "two" }]);
  });

  it("names events of long names as the server demands", async () => {
    const { clock, tell, transport, finish } = start();
    tell("made 3", `${"a".repeat(198)}-.b`);
    await clock.advance(1);
    const name: unknown = expect.stringMatching(/^a{198}\.[0-9a-f]+$/);
    expect(transport.requests[0]?.body).toMatchObject({ metadata: { name } });
    await finish();
  });
});
