import { describe, expect, it } from "@jest/globals";
import { toKubeError } from "../../src/controllerkit/api/kubeError.ts";
import { Reflector } from "../../src/controllerkit/cache/reflector.ts";
import { ResourceClient } from "../../src/controllerkit/index.ts";
import { type Cube, cube, cubeType } from "./cubes.ts";
import { FakeClock, settle } from "./fakeClock.ts";
import { recordingLogger } from "./recordingLogger.ts";
import { ScriptedTransport } from "./scriptedTransport.ts";

const page = (items: readonly Cube[], resourceVersion: number, token?: string) => ({
  items: structuredClone(items),
  metadata: { resourceVersion: String(resourceVersion), ...(token === undefined ? {} : { continue: token }) },
});
const line = (type: string, object: unknown) => ({ type, object: structuredClone(object) });
const failure = (status: number, retryAfterMs?: number) =>
  toKubeError({
    status,
    method: "WATCH",
    path: "/cubes",
    body: {},
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

function start(answer: ScriptedTransport["answer"] = () => page([cube("a", 1)], 10)) {
  const transport = new ScriptedTransport();
  transport.answer = answer;
  const clock = new FakeClock();
  const seen: string[] = [];
  const failures: string[] = [];
  const stop = new AbortController();
  const reflector = new Reflector<Cube>(
    { namespace: "ns" },
    {
      client: new ResourceClient(cubeType, { transport, fieldManager: "test" }),
      clock,
      random: () => 0.5,
      logger: recordingLogger(),
      observer: {
        listed: () => undefined,
        opened: () => undefined,
        heard: () => undefined,
        failed: (code) => void failures.push(code),
      },
      sink: {
        replace: (objects) => {
          seen.push(`all ${objects.map(({ metadata }) => metadata.name).join()}`);
          return Promise.resolve();
        },
        apply: ({ kind, object }) => void seen.push(`${kind} ${object.metadata.name}`),
      },
    },
  );
  const ended = reflector.run(stop.signal);
  const finish = async (): Promise<void> => {
    stop.abort();
    await ended;
  };
  const from = (): unknown[] => transport.streams.map(({ request }) => request.query?.["resourceVersion"]);
  return { transport, clock, seen, failures, finish, from };
}

describe("Reflector", () => {
  it("lists page by page and watches from the list's version", async () => {
    const { transport, seen, finish, from } = start(({ query }) =>
      query?.["continue"] === undefined ? page([cube("a", 1)], 10, "more") : page([cube("b", 2)], 10),
    );
    await settle();
    expect(transport.requests.map(({ query }) => query?.["limit"])).toEqual([500, 500]);
    transport.watch.say(line("ADDED", cube("c", 11)), line("DELETED", cube("a", 12)));
    await settle();
    expect(seen).toEqual(["all a,b", "upsert c", "remove a"]);
    expect(from()).toEqual(["10"]);
    await finish();
  });

  it("asks for bookmarks and for an end between four and eight minutes", async () => {
    const { transport, finish } = start();
    await settle();
    expect(transport.streams[0]?.request.query).toMatchObject({
      allowWatchBookmarks: true,
      timeoutSeconds: 360,
    });
    await finish();
  });

  it("goes on from the last seen version when a watch ends, bookmarks included", async () => {
    const { transport, clock, seen, finish, from } = start();
    await settle();
    transport.watch.say(line("MODIFIED", cube("a", 11)));
    transport.watch.say(line("BOOKMARK", { metadata: { resourceVersion: "40" } }));
    transport.watch.end();
    await clock.advance(0);
    expect(from()).toEqual(["10", "40"]);
    expect(seen).toEqual(["all a", "upsert a"]);
    await finish();
  });

  it("lists again at once when the version is too old", async () => {
    const { transport, clock, seen, finish } = start();
    await settle();
    transport.watch.say(line("ERROR", { code: 410, reason: "Expired" }));
    await clock.advance(0);
    expect(seen).toEqual(["all a", "all a"]);
    expect(transport.streams).toHaveLength(2);
    await finish();
  });

  it("lists again when a silent watch turns out to wait for a version that the server has not", async () => {
    let newest = 10;
    const { transport, clock, seen, failures, finish, from } = start(() => page([cube("a", 1)], newest));
    await settle();
    newest = 9;
    await clock.advance(15_000);
    expect(transport.requests.map(({ query }) => query?.["limit"])).toEqual([500, 1, 500]);
    expect(seen).toEqual(["all a", "all a"]);
    expect(failures).toEqual(["KUBE_GONE"]);
    expect(from()).toEqual(["10", "9"]);
    await finish();
  });

  it("compares versions as numbers, and those that are none not at all", async () => {
    let newest = "100";
    const { clock, seen, finish, from } = start(() => ({
      items: [],
      metadata: { resourceVersion: newest },
    }));
    await settle();
    newest = "99";
    await clock.advance(15_000);
    expect(from()).toEqual(["100", "99"]);
    newest = "opaque";
    await clock.advance(15_000);
    expect(from()).toEqual(["100", "99", "99"]);
    expect(seen).toEqual(["all ", "all "]);
    await finish();
  });

  it("backs off between failures, and no longer than twelve seconds", async () => {
    const { transport, clock, failures, finish } = start();
    transport.refuse = () => failure(500);
    await clock.advance(799);
    expect(failures).toHaveLength(1);
    await clock.advance(1);
    expect(failures).toHaveLength(2);
    await clock.advance(120_000);
    const before = failures.length;
    await clock.advance(60_000);
    expect(failures.length - before).toBe(5);
    await finish();
  });

  it("waits as long as the server asks", async () => {
    const { transport, clock, failures, finish } = start();
    transport.refuse = () => failure(429, 7_000);
    await clock.advance(6_999);
    expect(failures).toHaveLength(1);
    await clock.advance(1);
    expect(failures).toHaveLength(2);
    await finish();
  });

  it("rests after a watch that ended at once without a word", async () => {
    const { transport, clock, failures, finish } = start();
    await settle();
    transport.watch.end();
    await clock.advance(799);
    expect(transport.streams).toHaveLength(1);
    await clock.advance(1);
    expect(transport.streams).toHaveLength(2);
    expect(failures).toEqual(["SHORT_WATCH"]);
    await finish();
  });

  it("replaces a silent watch by a second one from the same version and misses nothing", async () => {
    const { transport, clock, seen, finish, from } = start();
    await clock.advance(15_000);
    expect(from()).toEqual(["10", "10"]);
    expect(transport.streams.map(({ stream }) => stream.closed)).toEqual([true, false]);
    transport.watch.say(line("ADDED", cube("b", 11)));
    await settle();
    expect(seen).toEqual(["all a", "upsert b"]);
    await finish();
  });

  it("keeps the silent watch while no second one can be opened", async () => {
    const { transport, clock, seen, failures, finish } = start();
    await settle();
    transport.refuse = () => failure(503);
    await clock.advance(15_000);
    expect(failures).toEqual(["KUBE_UNAVAILABLE"]);
    transport.watch.say(line("ADDED", cube("b", 11)));
    await settle();
    expect(seen).toEqual(["all a", "upsert b"]);
    expect(transport.watch.closed).toBe(false);
    await finish();
  });

  it("is not silent while bookmarks come", async () => {
    const { transport, clock, finish } = start();
    for (let version = 20; version < 25; version++) {
      await clock.advance(14_000);
      transport.watch.say(line("BOOKMARK", { metadata: { resourceVersion: String(version) } }));
      await settle();
    }
    expect(transport.streams).toHaveLength(1);
    await finish();
  });

  it("starts over when pages expire, the last time without pages", async () => {
    const limits: unknown[] = [];
    const { seen, finish } = start(({ query }) => {
      limits.push(query?.["limit"]);
      if (query?.["limit"] === 0) return page([cube("a", 1), cube("b", 2)], 10);
      if (query?.["continue"] !== undefined) throw failure(410);
      return page([cube("a", 1)], 9, "more");
    });
    await settle();
    expect(limits).toEqual([500, 500, 500, 500, 0]);
    expect(seen).toEqual(["all a,b"]);
    await finish();
  });
});
