import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Registry } from "@ganglion/runtime/metrics";
import { afterEach, describe, expect, it } from "@jest/globals";
import {
  createKitMetrics,
  createTransport,
  fenceWrites,
  systemClock,
  type TimerClock,
  type Transport,
} from "../../src/controllerkit/index.ts";
import { FakeClock } from "./fakeClock.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const opened: { readonly transport: Transport; readonly server: Server }[] = [];

async function start(handler: Handler, connections = 4, clock: TimerClock = systemClock) {
  let count = 0;
  const server = createServer((request, response) => handler(request, response, ++count));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const register = new Registry();
  let reads = 0;
  const transport = createTransport(
    {
      server: `http://127.0.0.1:${port}/prefix/`,
      credentials: () => {
        reads += 1;
        return Promise.resolve({ headers: { Authorization: `Bearer token-${reads}` }, tls: {} });
      },
    },
    { connections },
    { clock, metrics: createKitMetrics(register) },
  );
  opened.push({ transport, server });
  return { transport, server, register };
}

const json = (response: ServerResponse, status: number, body: unknown, headers = {}): void =>
  void response
    .writeHead(status, { "content-type": "application/json", ...headers })
    .end(JSON.stringify(body));

afterEach(async () => {
  for (const { transport, server } of opened.splice(0)) {
    await transport.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe("createTransport", () => {
  it("sends JSON below the server's path, with a query and who it is", async () => {
    const { transport } = await start((request, response) => {
      const { url, method, headers } = request;
      json(response, 200, { url, method, type: headers["content-type"], agent: headers["user-agent"] });
    });
    const query = { limit: 5, labelSelector: "a in (b,c)", absent: undefined };
    expect(await transport.request({ method: "POST", path: "/api/v1/pods", query, body: {} })).toEqual({
      url: "/prefix/api/v1/pods?limit=5&labelSelector=a%20in%20(b%2Cc)",
      method: "POST",
      type: "application/json",
      agent: "controllerkit",
    });
  });

  it("repeats what was refused unread after the time that the server asks for", async () => {
    const { transport, register } = await start((_, response, count) =>
      count === 1
        ? json(response, 429, { message: "slow down" }, { "retry-after": "0" })
        : json(response, 200, { count }),
    );
    expect(await transport.request({ method: "POST", path: "/x", body: {} })).toEqual({ count: 2 });
    const text = await register.metrics();
    expect(text).toMatch(/rest_client_requests_total\{code="429",method="POST",host="127.0.0.1:\d+"\} 1/);
    expect(text).toMatch(/rest_client_request_retries_total\{code="429",verb="POST",host="[^"]+"\} 1/);
  });

  it("hands on what the server asks for when the deadline is shorter", async () => {
    const { transport } = await start((_, response) => json(response, 429, {}, { "retry-after": "60" }));
    const call = transport.request({ method: "GET", path: "/x", deadlineMs: 5_000 });
    await expect(call).rejects.toMatchObject({
      code: "KUBE_TOO_MANY_REQUESTS",
      data: { retryAfterMs: 60_000 },
    });
  });

  it("does not repeat other failures, and says what the server said", async () => {
    let calls = 0;
    const { transport } = await start((_, response) => {
      calls += 1;
      json(response, 409, { reason: "AlreadyExists", message: 'pods "a" already exists' });
    });
    const call = transport.request({ method: "POST", path: "/x", body: {} });
    await expect(call).rejects.toMatchObject({ code: "KUBE_ALREADY_EXISTS", message: /already exists/ });
    expect(calls).toBe(1);
  });

  it("reads credentials again once when they are refused", async () => {
    const seen: unknown[] = [];
    const { transport } = await start((request, response) => {
      seen.push(request.headers.authorization);
      json(response, request.headers.authorization === "Bearer token-1" ? 401 : 200, {});
    });
    await transport.request({ method: "GET", path: "/x" });
    expect(seen).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  it("gives up at the deadline and when it is told to, with different codes", async () => {
    const { transport } = await start(() => undefined);
    const late = transport.request({ method: "GET", path: "/x", deadlineMs: 50 });
    await expect(late).rejects.toMatchObject({ code: "KUBE_TIMEOUT" });
    const stop = new AbortController();
    const stopped = transport.request({ method: "GET", path: "/x", signal: stop.signal });
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: "KUBE_STOPPED" });
  });

  it("fails with one code when nobody answers, and when the answer is no JSON", async () => {
    const { transport, server } = await start((_, response) => void response.end("<html>"));
    await expect(transport.request({ method: "GET", path: "/x" })).rejects.toMatchObject({
      code: "KUBE_BAD_ANSWER",
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(transport.request({ method: "GET", path: "/x" })).rejects.toMatchObject({
      code: "KUBE_UNREACHABLE",
    });
  });

  it("has no more requests in flight than connections", async () => {
    let most = 0;
    let now = 0;
    const { transport } = await start((_, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        json(response, 200, {});
      }, 10);
    }, 3);
    await Promise.all(Array.from({ length: 30 }, () => transport.request({ method: "GET", path: "/x" })));
    expect(most).toBe(3);
  });

  it("streams lines as they come, and ends with the server", async () => {
    const { transport } = await start((_, response) => {
      response.writeHead(200).write('{"a":1}\n{"a":');
      setImmediate(() => response.end("2}\n"));
    });
    const stream = await transport.stream({ method: "GET", path: "/x" });
    const values: unknown[] = [];
    for (let step = await stream.batches.next(); !step.done; step = await stream.batches.next())
      values.push(...step.value);
    expect(values).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it("fails to open a stream with the server's code", async () => {
    const { transport } = await start((_, response) => json(response, 410, { message: "too old" }));
    await expect(transport.stream({ method: "GET", path: "/x" })).rejects.toMatchObject({
      code: "KUBE_GONE",
    });
  });

  it("breaks a stream with a code when the connection goes, and when it is closed", async () => {
    const { transport, server } = await start(
      (_, response) => void response.writeHead(200).write('{"a":1}\n'),
    );
    const cut = await transport.stream({ method: "GET", path: "/x" });
    await cut.batches.next();
    server.closeAllConnections();
    await expect(cut.batches.next()).rejects.toMatchObject({ code: "KUBE_UNREACHABLE" });
    const open = await transport.stream({ method: "GET", path: "/x" });
    await open.batches.next();
    const pending = expect(open.batches.next()).rejects.toMatchObject({ code: "KUBE_STOPPED" });
    await transport.close();
    await pending;
  });

  it("gives up at the deadline also while credentials are read", async () => {
    const transport = createTransport({
      server: "http://127.0.0.1:1",
      credentials: () => new Promise(() => undefined),
    });
    const stop = new AbortController();
    const request = { method: "GET", path: "/x", deadlineMs: 20 } as const;
    await expect(transport.request(request)).rejects.toMatchObject({ code: "KUBE_TIMEOUT" });
    await expect(transport.stream(request)).rejects.toMatchObject({ code: "KUBE_TIMEOUT" });
    const stopped = transport.request({ method: "GET", path: "/x", signal: stop.signal });
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: "KUBE_STOPPED" });
    await transport.close();
  });

  it("does not repeat a write for one that leads no more", async () => {
    let calls = 0;
    let leads = true;
    const { transport } = await start((_, response) => {
      calls += 1;
      leads = false;
      json(response, 429, {}, { "retry-after": "0" });
    });
    const fenced = fenceWrites(transport, { isLeader: () => leads });
    const write = fenced.request({ method: "POST", path: "/x", body: {} });
    await expect(write).rejects.toMatchObject({ code: "KUBE_NOT_LEADER" });
    expect(calls).toBe(1);
  });

  it("does not send a write that waited for its turn until its replica led no more", async () => {
    let calls = 0;
    let leads = true;
    const { transport } = await start((_, response) => {
      calls += 1;
      leads = false;
      json(response, 200, {});
    }, 1);
    const fenced = fenceWrites(transport, { isLeader: () => leads });
    const write = { method: "POST", path: "/x", body: {} } as const;
    const [first, second] = await Promise.allSettled([fenced.request(write), fenced.request(write)]);
    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ reason: { code: "KUBE_NOT_LEADER" } });
    expect(calls).toBe(1);
  });

  it("forgets those who gave up while they waited for their turn", async () => {
    const held: ServerResponse[] = [];
    const { transport } = await start((_, response) => void held.push(response), 1);
    const first = transport.request({ method: "GET", path: "/x" });
    const leave = new AbortController();
    const second = transport.request({ method: "POST", path: "/x", body: {}, signal: leave.signal });
    const third = transport.request({ method: "GET", path: "/x" });
    leave.abort();
    await expect(second).rejects.toMatchObject({ code: "KUBE_STOPPED", message: /not sent/ });
    const answer = async (): Promise<void> => {
      while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
      json(held.splice(0)[0] as ServerResponse, 200, {});
    };
    await answer();
    await first;
    await answer();
    await third;
  });

  it("counts the deadline from the turn on, however long the line before it", async () => {
    const held: ServerResponse[] = [];
    const clock = new FakeClock();
    const { transport } = await start((_, response) => void held.push(response), 3, clock);
    const requests = Array.from({ length: 30 }, () =>
      transport.request({ method: "POST", path: "/x", body: {}, deadlineMs: 500 }),
    );
    const outcomes = Promise.allSettled(requests);
    for (let round = 0; round < 10; round++) {
      while (held.length < 3) await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(100);
      for (const response of held.splice(0)) json(response, 200, {});
    }
    expect((await outcomes).filter(({ status }) => status === "rejected")).toEqual([]);
  });

  it("keeps its turn while the server asks it to wait", async () => {
    const seen: (string | undefined)[] = [];
    const { transport } = await start((request, response, count) => {
      seen.push(request.url?.slice(-1));
      if (count === 1) json(response, 429, {}, { "retry-after": "0" });
      else json(response, 200, {});
    }, 1);
    await Promise.all(["/a", "/b"].map((path) => transport.request({ method: "GET", path })));
    expect(seen).toEqual(["a", "a", "b"]);
  });
});
