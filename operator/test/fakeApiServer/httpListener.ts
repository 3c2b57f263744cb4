import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type ApiRequest, answer, type Handler, type Reply } from "./exchange.ts";
import type { Faults } from "./faults.ts";
import { requestInfo } from "./requestInfo.ts";
import { statusOf } from "./statusError.ts";
import type { Traffic } from "./traffic.ts";

const HOST = "127.0.0.1";
const LONGEST_BODY_BYTES = 3 * 1_024 * 1_024;

/** A plain HTTP listener on this machine, with faults and counters before a handler. Can be stopped and started again. */
export class HttpListener {
  readonly #handler: Handler;
  readonly #faults: Faults;
  readonly #traffic: Traffic;
  #server: Server | undefined;
  #port = 0;

  constructor(handler: Handler, faults: Faults, traffic: Traffic) {
    this.#handler = faults.around(handler);
    this.#faults = faults;
    this.#traffic = traffic;
  }

  /** `http://127.0.0.1:PORT`; the same after a restart. */
  get url(): string {
    return `http://${HOST}:${this.#port}`;
  }

  async start(): Promise<void> {
    const server = createServer({ keepAliveTimeout: 60_000 }, (message, response) => {
      void this.#serve(message, response);
    });
    server.on("connection", (socket) => this.#hold(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, HOST, resolve);
    });
    const address = server.address();
    if (typeof address === "object" && address !== null) this.#port = address.port;
    this.#server = server;
  }

  /** Breaks all connections and refuses new ones. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      this.#faults.cutAll();
    });
  }

  #hold(socket: Socket): void {
    socket.setNoDelay(true);
    const forget = this.#faults.holdConnection(() => socket.destroy());
    socket.once("close", forget);
    // A client that breaks off is no failure of the server.
    socket.on("error", () => socket.destroy());
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const reply = replyOf(response);
    const url = new URL(message.url ?? "/", this.url);
    const method = message.method ?? "GET";
    this.#traffic.note(requestInfo(method, url.pathname, url.searchParams));
    const body = await readBody(message).catch(() => undefined);
    if (body === undefined) {
      answer(reply, 413, JSON.stringify(statusOf(413, "RequestEntityTooLarge", "the body is too large")));
      return;
    }
    const request: ApiRequest = {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers: oneEach(message.headers),
      body,
      signal: gone.signal,
    };
    await this.#handler(request, reply);
  }
}

function oneEach(headers: IncomingMessage["headers"]): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, String(value ?? "")]));
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of message) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    if (size > LONGEST_BODY_BYTES) throw new RangeError("the body is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function replyOf(response: ServerResponse): Reply {
  return {
    start: (code, headers) => {
      if (response.headersSent || response.destroyed) return;
      response.writeHead(code, { ...headers });
      response.flushHeaders();
    },
    write: (chunk) => {
      if (!response.destroyed && !response.writableEnded) response.write(chunk);
    },
    end: () => {
      if (!response.destroyed) response.end();
    },
    cut: () => response.destroy(),
  };
}
