import { randomBytes } from "node:crypto";
import { Agent } from "undici";
import type { ClusterAccess } from "../../src/controllerkit/index.ts";
import { isJsonObject, type JsonObject } from "../fakeApiServer/json.ts";

export type RawReply = {
  readonly code: number;
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};

const MERGE = "application/merge-patch+json";
const APPLY = "application/apply-patch+yaml";

const DEADLINE_MS = 60_000;

/** The API by hand: for what a test sets up, and for what a client of the kit would not send. */
export class RawApi {
  readonly #access: ClusterAccess;
  #agent: Agent | undefined;
  #headers: Readonly<Record<string, string>> = {};

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  get(path: string): Promise<RawReply> {
    return this.send("GET", path);
  }

  post(path: string, body: JsonObject): Promise<RawReply> {
    return this.send("POST", path, body);
  }

  merge(path: string, body: JsonObject): Promise<RawReply> {
    return this.send("PATCH", path, body, MERGE);
  }

  /** Server-side apply. */
  apply(path: string, manager: string, body: JsonObject, force = false): Promise<RawReply> {
    return this.send("PATCH", `${path}?fieldManager=${manager}&force=${force}`, body, APPLY);
  }

  delete(path: string, body?: JsonObject): Promise<RawReply> {
    return this.send("DELETE", path, body);
  }

  async send(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: JsonObject,
    contentType = "application/json",
  ): Promise<RawReply> {
    const { text, ...reply } = await this.#exchange(method, path, body, contentType);
    const json: unknown = text.startsWith("{") ? JSON.parse(text) : { text };
    return { ...reply, body: isJsonObject(json) ? json : {} };
  }

  /** The lines of a watch that ends by itself. */
  async lines(path: string): Promise<readonly JsonObject[]> {
    const { text } = await this.#exchange("GET", path);
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.map((line): unknown => JSON.parse(line)).filter(isJsonObject);
  }

  /** Sends and fails unless the answer is a good one. */
  async must(reply: Promise<RawReply>): Promise<JsonObject> {
    const { code, body } = await reply;
    if (code < 300) return body;
    throw new Error(`the server answered ${code}: ${JSON.stringify(body).slice(0, 300)}`);
  }

  /** A namespace of a new name, with the service account that pods need. @returns its name */
  async createNamespace(prefix: string): Promise<string> {
    const name = `${prefix}-${randomBytes(4).toString("hex")}`;
    await this.must(
      this.post("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } }),
    );
    await this.post(`/api/v1/namespaces/${name}/serviceaccounts`, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "default" },
    });
    return name;
  }

  async deleteNamespace(name: string): Promise<void> {
    await this.delete(`/api/v1/namespaces/${name}`);
  }

  async close(): Promise<void> {
    await this.#agent?.destroy();
  }

  async #exchange(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: JsonObject,
    contentType = "application/json",
  ): Promise<Omit<RawReply, "body"> & { readonly text: string }> {
    const agent = await this.#connect();
    const reply = await agent.request({
      origin: this.#access.server,
      path,
      method,
      headers: { ...this.#headers, "content-type": contentType, "user-agent": "contract/1" },
      signal: AbortSignal.timeout(DEADLINE_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { code: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
  }

  async #connect(): Promise<Agent> {
    if (this.#agent !== undefined) return this.#agent;
    const { headers, tls } = await this.#access.credentials();
    this.#headers = headers;
    this.#agent = new Agent({ allowH2: false, connections: 32, connect: { ...tls } });
    return this.#agent;
  }
}
