import { Agent } from "undici";
import type { ClusterAccess } from "../../src/controllerkit/index.ts";
import { type ApiRequest, answer, type Reply } from "../fakeApiServer/exchange.ts";
import { Faults } from "../fakeApiServer/faults.ts";
import { HttpListener } from "../fakeApiServer/httpListener.ts";
import { injected } from "../fakeApiServer/statusError.ts";
import { Traffic } from "../fakeApiServer/traffic.ts";

/** Headers that belong to a connection, not to what travels over it. */
const HOP_HEADERS = new Set(["host", "connection", "transfer-encoding", "content-length", "keep-alive"]);

/**
 * Stands before a real API server, with its credentials, over plain HTTP on 127.0.0.1: the same faults and counters
 * as the fake one has.
 */
export class FaultProxy {
  readonly faults = new Faults();
  readonly traffic = new Traffic();
  readonly #upstream: ClusterAccess;
  readonly #agent: Agent;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #listener: HttpListener;

  private constructor(upstream: ClusterAccess, agent: Agent, headers: Readonly<Record<string, string>>) {
    this.#upstream = upstream;
    this.#agent = agent;
    this.#headers = headers;
    this.#listener = new HttpListener(
      (request, reply) => this.#forward(request, reply),
      this.faults,
      this.traffic,
    );
  }

  static async start(upstream: ClusterAccess): Promise<FaultProxy> {
    const { headers, tls } = await upstream.credentials();
    const agent = new Agent({ allowH2: false, connect: { ...tls }, headersTimeout: 0, bodyTimeout: 0 });
    const proxy = new FaultProxy(upstream, agent, headers);
    await proxy.#listener.start();
    return proxy;
  }

  /** Where clients connect. */
  get url(): string {
    return this.#listener.url;
  }

  async close(): Promise<void> {
    await this.#listener.stop();
    await this.#agent.destroy();
  }

  async #forward(request: ApiRequest, reply: Reply): Promise<void> {
    const { method, query, signal } = request;
    const search = query.size === 0 ? "" : `?${query.toString()}`;
    try {
      const upstream = await this.#agent.request({
        origin: this.#upstream.server,
        path: request.path + search,
        method: methodOf(method),
        signal,
        headers: { ...forwarded(request.headers), ...this.#headers },
        ...(request.body !== "" && { body: request.body }),
      });
      reply.start(upstream.statusCode, forwarded(upstream.headers));
      for await (const chunk of upstream.body) if (chunk instanceof Uint8Array) reply.write(chunk);
      reply.end();
    } catch {
      // A server that is down refuses connections, and breaks those that are open: so does this one.
      if (!signal.aborted) reply.cut();
      else answer(reply, 503, JSON.stringify(injected(503, undefined).status));
    }
  }
}

function methodOf(method: string): "GET" | "POST" | "PUT" | "PATCH" | "DELETE" {
  switch (method) {
    case "POST":
    case "PUT":
    case "PATCH":
    case "DELETE":
      return method;
    default:
      return "GET";
  }
}

function forwarded(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !HOP_HEADERS.has(name)) kept[name] = String(value);
  return kept;
}
