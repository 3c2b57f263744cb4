import { Agent, request } from "node:http";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { BATCH } from "./benchNetwork.ts";

const CONNECTIONS = 4;
const POLL_MS = 20;
const START_MS = 60_000;
const METAS_AT_ONCE = 20;

const statusSchema = z.object({ sync_info: z.object({ latest_block_height: z.coerce.number() }) });
const metasSchema = z.object({
  block_metas: z.array(
    z.object({
      num_txs: z.coerce.number(),
      header: z.object({ height: z.coerce.number(), time: z.string() }),
    }),
  ),
});

export type BlockMeta = { readonly height: number; readonly timeMs: number; readonly transactions: number };

/** A node's JSON-RPC as a load generator needs it. */
export class BenchRpc {
  readonly #path: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS + 1 });

  constructor(path: string) {
    this.#path = path;
  }

  async height(): Promise<number> {
    return statusSchema.parse(await this.#call("status", {})).sync_info.latest_block_height;
  }

  async started(): Promise<void> {
    const deadline = performance.now() + START_MS;
    for (;;) {
      const height = await this.height().catch(() => 0);
      if (height >= 1) return;
      if (performance.now() > deadline) throw new Error("the node does not start");
      await setTimeout(POLL_MS);
    }
  }

  /** Blocks above a height, in order. */
  async blocksAbove(height: number): Promise<BlockMeta[]> {
    const last = await this.height();
    const metas: BlockMeta[] = [];
    for (let from = height + 1; from <= last; from += METAS_AT_ONCE) {
      const to = Math.min(last, from + METAS_AT_ONCE - 1);
      const reply = await this.#call("blockchain", { minHeight: String(from), maxHeight: String(to) });
      for (const { num_txs, header } of metasSchema.parse(reply).block_metas.reverse())
        metas.push({ height: header.height, timeMs: Date.parse(header.time), transactions: num_txs });
    }
    return metas;
  }

  /** Each list over a connection of its own, in its order. */
  async sendAll(
    lists: readonly (readonly Uint8Array[])[],
    isOver: () => boolean = () => false,
  ): Promise<void> {
    await Promise.all(
      lists.map(async (list) => {
        for (let at = 0; at < list.length && !isOver(); at += BATCH)
          await this.#post(bodyOf(list.slice(at, at + BATCH)));
      }),
    );
  }

  close(): void {
    this.#agent.destroy();
  }

  async #call(method: string, params: object): Promise<unknown> {
    const text = await this.#post(JSON.stringify({ jsonrpc: "2.0", id: 0, method, params }));
    return z.object({ result: z.unknown() }).parse(JSON.parse(text)).result;
  }

  #post(body: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const call = request(
      { socketPath: this.#path, method: "POST", path: "/", headers, agent: this.#agent },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on("data", (chunk: Buffer) => chunks.push(chunk));
        reply.on("end", () => resolve(Buffer.concat(chunks).toString()));
        reply.on("error", reject);
      },
    );
    call.on("error", reject);
    call.end(body);
    return promise;
  }
}

/** Lists so that an account's transactions keep their order on one connection. */
export function spread<Item>(items: readonly Item[], accounts: number): Item[][] {
  const lists: Item[][] = Array.from({ length: CONNECTIONS }, () => []);
  items.forEach((item, i) => {
    lists[(i % accounts) % CONNECTIONS]?.push(item);
  });
  return lists;
}

function bodyOf(transactions: readonly Uint8Array[]): string {
  const calls = transactions.map((bytes, id) => {
    const tx = Buffer.from(bytes).toString("base64");
    return { jsonrpc: "2.0", id, method: "broadcast_tx_async", params: { tx } };
  });
  return JSON.stringify(calls);
}
