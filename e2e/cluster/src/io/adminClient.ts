import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { GanglionError } from "@ganglion/types";

const DEADLINE_MS = 5_000;

export type Answer = { readonly status: number; readonly body: string };

/** Calls one apiserver as its administrator, for the few things the harness itself asks. */
export class AdminClient {
  readonly #agent: Agent;
  readonly #server: string;

  constructor(pki: string, server: string) {
    const read = (name: string): Buffer => readFileSync(join(pki, name));
    this.#server = server;
    this.#agent = new Agent({
      ca: read("ca.crt"),
      cert: read("admin.crt"),
      key: read("admin.key"),
      keepAlive: true,
      maxSockets: 4,
    });
  }

  /** @throws Error when there is no answer in time */
  get(path: string): Promise<Answer> {
    return this.call("GET", path);
  }

  /** @param body sent as JSON @throws Error when there is no answer in time */
  call(method: string, path: string, body?: unknown, type = "application/json"): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(path, this.#server),
        {
          method,
          agent: this.#agent,
          signal: AbortSignal.timeout(DEADLINE_MS),
          headers: { "content-type": type },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
          );
        },
      );
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Whether a GET finds something. */
  async has(path: string): Promise<boolean> {
    return (await this.get(path)).status === 200;
  }

  /** Creates an object. @throws GanglionError CLUSTER_REFUSED */
  async create(path: string, object: unknown): Promise<void> {
    const { status, body } = await this.call("POST", path, object);
    if (status !== 201)
      throw new GanglionError("CLUSTER_REFUSED", `the apiserver refused ${path}: ${body.slice(0, 500)}`, {
        status,
      });
  }

  close(): void {
    this.#agent.destroy();
  }
}
