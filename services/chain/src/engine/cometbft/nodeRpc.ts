import { Agent, request } from "node:http";
import { type CometbftHeader, errorMessage, GanglionError } from "@ganglion/types";
import { z } from "zod";
import { readSignedHeader } from "./signedHeader.ts";

const REPLY_LIMIT_BYTES = 4 * 1024 * 1024;
const MAX_SOCKETS = 16;
const RETRY_AFTER_MS = 1_000;

const errorSchema = z.object({ error: z.object({ message: z.string(), data: z.string().default("") }) });
const statusSchema = z.object({
  sync_info: z.object({
    latest_block_height: z.coerce.number().int(),
    catching_up: z.boolean(),
  }),
});
const netInfoSchema = z.object({ n_peers: z.coerce.number().int() });
const checkSchema = z.object({ code: z.number().int(), log: z.string() });
export type NodeStatus = { readonly height: number; readonly catchingUp: boolean };

/** How the node answered a transaction: its check's result, or why it did not ask. */
export type NodeCheck =
  | { readonly kind: "checked"; readonly code: number; readonly log: string }
  | { readonly kind: "notAsked"; readonly why: string };

/** The node's JSON-RPC over its socket; every call ends when its signal aborts. */
export class NodeRpc {
  readonly #path: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });

  constructor(socketPath: string) {
    this.#path = socketPath;
  }

  async status(signal: AbortSignal): Promise<NodeStatus> {
    const { sync_info } = statusSchema.parse(await this.#result("status", {}, signal));
    return { height: sync_info.latest_block_height, catchingUp: sync_info.catching_up };
  }

  async peers(signal: AbortSignal): Promise<number> {
    return netInfoSchema.parse(await this.#result("net_info", {}, signal)).n_peers;
  }

  signedHeader(height: number, signal: AbortSignal): Promise<CometbftHeader> {
    return readSignedHeader((method, params) => this.#result(method, params, signal), height);
  }

  async broadcast(transaction: Uint8Array, signal: AbortSignal): Promise<NodeCheck> {
    const tx = Buffer.from(transaction).toString("base64");
    const reply = await this.#call("broadcast_tx_sync", { tx }, signal);
    const failed = errorSchema.safeParse(reply);
    if (failed.success)
      return { kind: "notAsked", why: `${failed.data.error.message}: ${failed.data.error.data}` };
    const { result } = z.object({ result: checkSchema }).parse(reply);
    return { kind: "checked", ...result };
  }

  close(): void {
    this.#agent.destroy();
  }

  async #result(method: string, params: object, signal: AbortSignal): Promise<unknown> {
    const reply = await this.#call(method, params, signal);
    const failed = errorSchema.safeParse(reply);
    if (failed.success) throw unanswered(method, failed.data.error.data);
    return z.object({ result: z.unknown() }).parse(reply).result;
  }

  async #call(method: string, params: object, signal: AbortSignal): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 0, method, params });
    try {
      return JSON.parse(await this.#post(body, signal));
    } catch (cause) {
      throw unanswered(method, errorMessage(cause), cause);
    }
  }

  #post(body: string, signal: AbortSignal): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const options = {
      socketPath: this.#path,
      agent: this.#agent,
      method: "POST",
      path: "/",
      headers,
      signal,
    };
    const call = request(options, (reply) => {
      const chunks: Buffer[] = [];
      let size = 0;
      reply.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > REPLY_LIMIT_BYTES)
          reply.destroy(new GanglionError("CHAIN_NODE_UNANSWERED", "the reply is too long"));
        else chunks.push(chunk);
      });
      reply.once("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
      reply.once("error", reject);
    });
    call.once("error", reject);
    call.end(body);
    return promise;
  }
}

function unanswered(method: string, why: string, cause?: unknown): GanglionError {
  return new GanglionError(
    "CHAIN_NODE_UNANSWERED",
    `the node did not answer ${method}: ${why}`,
    { retryAfterMs: RETRY_AFTER_MS },
    { cause },
  );
}
