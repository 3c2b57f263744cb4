import type { Dispatcher } from "undici";
import { type LinkedAbort, linkAbort, orAborted } from "../linkedAbort.ts";
import type { KitMetrics } from "../serve/kitMetrics.ts";
import { sleep, systemClock, type TimerClock } from "../timerClock.ts";
import { AgentPool } from "./agentPool.ts";
import type { ClusterAccess } from "./clusterAccess.ts";
import { parseJson, readJsonLines } from "./jsonLines.ts";
import { isKubeError, kubeError, toKubeError } from "./kubeError.ts";
import { RequestSlots } from "./requestSlots.ts";
import type { JsonStream, KubeRequest, Transport } from "./transport.ts";

/** Bounds and name of one transport. */
export type TransportOptions = {
  /** Requests in flight at once; the rest wait in order. Watches are not counted. */
  readonly connections?: number;
  readonly userAgent?: string;
};

/** What a transport works with. */
export type TransportModules = { readonly clock?: TimerClock; readonly metrics?: KitMetrics };

const DEFAULT_CONNECTIONS = 32;
/** So short that work is resumed soon after a connection that was held for ever. */
const DEADLINE_MS = 10_000;
const OPENING_MS = 10_000;
const ANSWER_LIMIT_BYTES = 128 * 2 ** 20;
const LINE_LIMIT_BYTES = 16 * 2 ** 20;
/** What a 429 without Retry-After means. */
const PLAIN_RETRY_MS = 1_000;

type Reply = { readonly status: number; readonly body: unknown; readonly retryAfterMs?: number };

/**
 * The transport to a real API server. Close it when done. A leader elector wants one of its own, so that a
 * renewal never waits behind a burst of writes.
 */
export function createTransport(
  access: ClusterAccess,
  options: TransportOptions = {},
  modules: TransportModules = {},
): Transport {
  return new HttpTransport(access, options, modules);
}

class HttpTransport implements Transport {
  readonly #pool: AgentPool;
  readonly #slots: RequestSlots;
  readonly #origin: string;
  readonly #prefix: string;
  readonly #host: string;
  readonly #userAgent: string;
  readonly #clock: TimerClock;
  readonly #metrics: KitMetrics | undefined;
  readonly #stop = new AbortController();

  constructor(access: ClusterAccess, options: TransportOptions, modules: TransportModules) {
    const server = new URL(access.server);
    const connections = options.connections ?? DEFAULT_CONNECTIONS;
    this.#pool = new AgentPool(access, connections);
    this.#slots = new RequestSlots(connections);
    this.#origin = server.origin;
    this.#prefix = server.pathname.replace(/\/+$/, "");
    this.#host = server.host;
    this.#userAgent = options.userAgent ?? "controllerkit";
    this.#clock = modules.clock ?? systemClock;
    this.#metrics = modules.metrics;
  }

  async request(request: KubeRequest): Promise<unknown> {
    await this.#turn(request);
    try {
      return await this.#exchange(request);
    } finally {
      this.#slots.release();
    }
  }

  async stream(request: KubeRequest): Promise<JsonStream> {
    const opening = linkAbort([], request.deadlineMs ?? OPENING_MS, this.#clock);
    const abort = linkAbort([request.signal, this.#stop.signal, opening.signal], undefined, this.#clock);
    try {
      const answer = await this.#dispatch(request, abort.signal, "watches");
      this.#metrics?.requests.inc({ code: answer.statusCode, method: request.method, host: this.#host });
      // Without a listener, a connection that breaks while nobody reads would end the process.
      answer.body.on("error", () => undefined);
      if (answer.statusCode >= 400) {
        const reply = await readReply(answer);
        if (reply.status === 401) this.#pool.forgetCredentials();
        throw toKubeError({ ...reply, method: "WATCH", path: request.path });
      }
      return this.#openStream(answer, request, abort);
    } catch (error) {
      abort.release();
      throw this.#failure(error, request, opening.cause() === undefined ? abort : opening);
    } finally {
      opening.release();
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#pool.close();
  }

  #openStream(answer: Dispatcher.ResponseData, request: KubeRequest, abort: LinkedAbort): JsonStream {
    const lines = readJsonLines(answer.body, LINE_LIMIT_BYTES);
    const failure = (error: unknown): Error => this.#failure(error, request, abort);
    async function* batches(): AsyncGenerator<readonly unknown[], void, undefined> {
      try {
        yield* lines;
      } catch (error) {
        throw failure(error);
      } finally {
        abort.release();
      }
    }
    const close = (): void => {
      abort.release();
      answer.body.destroy();
    };
    return { batches: batches(), close };
  }

  /** Waits in line as long as the caller does: nothing was sent, so no deadline of the server's has begun. */
  async #turn({ method, path, signal }: KubeRequest): Promise<void> {
    const stop = linkAbort([signal, this.#stop.signal], undefined, this.#clock);
    const isOurTurn = await this.#slots.take(stop.signal).finally(stop.release);
    if (!isOurTurn) throw kubeError("KUBE_STOPPED", `${method} ${path}: not sent`, { method, path });
  }

  /** Keeps its turn while the server asks it to wait: those behind it would be refused as well. */
  async #exchange(request: KubeRequest): Promise<unknown> {
    const deadlineMs = request.deadlineMs ?? DEADLINE_MS;
    const abort = linkAbort([request.signal, this.#stop.signal], deadlineMs, this.#clock);
    const untilMs = this.#clock.monotonicMs() + deadlineMs;
    try {
      for (let refused = false; ; ) {
        const reply = await this.#send(request, abort);
        if (reply.status < 400) return reply.body;
        if (reply.status === 401 && !refused) {
          refused = true;
          this.#pool.forgetCredentials();
          continue;
        }
        const error = toKubeError({ ...reply, method: request.method, path: request.path });
        const waitMs = retryDelayMs(reply);
        if (waitMs === undefined || this.#clock.monotonicMs() + waitMs >= untilMs) throw error;
        this.#metrics?.requestRetries.inc({ code: reply.status, verb: request.method, host: this.#host });
        await sleep(this.#clock, waitMs, abort.signal);
        if (abort.signal.aborted) throw this.#failure(error, request, abort);
      }
    } finally {
      abort.release();
    }
  }

  async #send(request: KubeRequest, abort: LinkedAbort): Promise<Reply> {
    const startMs = this.#clock.monotonicMs();
    let code = "<error>";
    try {
      const reply = await readReply(await this.#dispatch(request, abort.signal, "requests"));
      code = String(reply.status);
      return reply;
    } catch (error) {
      throw this.#failure(error, request, abort);
    } finally {
      const seconds = (this.#clock.monotonicMs() - startMs) / 1_000;
      this.#metrics?.requests.inc({ code, method: request.method, host: this.#host });
      this.#metrics?.requestSeconds.observe({ verb: request.method, host: this.#host }, seconds);
    }
  }

  async #dispatch(
    request: KubeRequest,
    signal: AbortSignal,
    agent: "requests" | "watches",
  ): Promise<Dispatcher.ResponseData> {
    // A credential plug-in may hang.
    const lease = await orAborted(this.#pool.lease(this.#clock.monotonicMs()), signal);
    request.permit?.();
    return await lease[agent].request({
      origin: this.#origin,
      path: this.#prefix + request.path + queryOf(request),
      method: request.method,
      signal,
      headers: {
        ...lease.headers,
        accept: "application/json",
        "user-agent": this.#userAgent,
        ...(request.body === undefined ? {} : { "content-type": request.contentType ?? "application/json" }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
  }

  #failure(error: unknown, { method, path }: KubeRequest, abort: LinkedAbort): Error {
    const data = { method, path };
    const what = `${method} ${path}`;
    if (abort.cause() === "deadline") return kubeError("KUBE_TIMEOUT", `${what}: no answer`, data, error);
    if (abort.cause() === "stopped" || this.#stop.signal.aborted)
      return kubeError("KUBE_STOPPED", `${what}: given up`, data, error);
    if (error instanceof Error && "code" in error && String(error.code).startsWith("KUBE_")) return error;
    const why = error instanceof Error ? error.message : String(error);
    return kubeError("KUBE_UNREACHABLE", `${what}: ${why}`, data, error);
  }
}

async function readReply(answer: Dispatcher.ResponseData): Promise<Reply> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > ANSWER_LIMIT_BYTES)
      throw kubeError("KUBE_BAD_ANSWER", `the answer is longer than ${ANSWER_LIMIT_BYTES} bytes`);
    chunks.push(chunk);
  }
  const retryAfterMs = readRetryAfter(answer.headers["retry-after"]);
  return {
    status: answer.statusCode,
    body: readBody(Buffer.concat(chunks).toString("utf8"), answer.statusCode),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Errors of proxies and of the server's filters are plain text. */
function readBody(text: string, status: number): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (status < 400 || !isKubeError(error, "KUBE_BAD_ANSWER")) throw error;
    return { message: text.slice(0, 500) };
  }
}

/** Seconds; the form with a date is not used by API servers. */
function readRetryAfter(header: string | string[] | undefined): number | undefined {
  const seconds = typeof header === "string" ? Number(header) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}

/** Only answers that say that the request was not executed; up to a quarter longer, so that callers spread. */
function retryDelayMs(reply: Reply): number | undefined {
  const asked = reply.status === 429 ? (reply.retryAfterMs ?? PLAIN_RETRY_MS) : reply.retryAfterMs;
  if (asked === undefined || (reply.status !== 429 && reply.status !== 503)) return undefined;
  return asked * (1 + Math.random() / 4);
}

function queryOf({ query = {} }: KubeRequest): string {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}
