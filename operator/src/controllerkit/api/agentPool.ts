import { Agent } from "undici";
import type { ClusterAccess, ClusterCredentials, ClusterTls } from "./clusterAccess.ts";

/** What one request is sent with. */
export type AgentLease = {
  readonly requests: Agent;
  readonly watches: Agent;
  readonly headers: Readonly<Record<string, string>>;
};

type Agents = {
  readonly requests: Agent;
  readonly watches: Agent;
  readonly tls: ClusterTls;
  readonly identity: string;
};

/** Credentials are read again after this long, or as soon as the server refuses them. */
const CREDENTIALS_MS = 60_000;
/** Shorter than the API server's own 90 s, so that no request meets a connection that it just closed. */
const IDLE_CONNECTION_MS = 30_000;
/** With the kernel's ten probes a second apart, a cut connection is found after about 15 s. */
const FIRST_TCP_PROBE_MS = 5_000;
const CONNECT_MS = 5_000;

/**
 * Connections to one API server: a bounded set for requests, and one for each watch. HTTP/1.1, since one
 * lost HTTP/2 session would silence all watches at once. New credentials make new agents; the old ones
 * finish what they have.
 */
export class AgentPool {
  readonly #access: ClusterAccess;
  readonly #connections: number;
  #agents: Agents | undefined;
  #credentials: Promise<ClusterCredentials> | undefined;
  #readAtMs = 0;

  constructor(access: ClusterAccess, connections: number) {
    this.#access = access;
    this.#connections = connections;
  }

  async lease(monotonicMs: number): Promise<AgentLease> {
    if (this.#credentials === undefined || monotonicMs - this.#readAtMs > CREDENTIALS_MS) {
      this.#credentials = this.#access.credentials();
      this.#readAtMs = monotonicMs;
      this.#credentials.catch(() => this.forgetCredentials());
    }
    const { headers, tls } = await this.#credentials;
    return { ...this.#agentsFor(tls), headers };
  }

  /** The next request reads them again. */
  forgetCredentials(): void {
    this.#credentials = undefined;
  }

  async close(): Promise<void> {
    const agents = this.#agents;
    this.#agents = undefined;
    if (agents) await Promise.all([agents.requests.destroy(), agents.watches.destroy()]);
  }

  #agentsFor(tls: ClusterTls): Agents {
    const old = this.#agents;
    // PERF: credentials are the same object for a minute; only then are they compared by content.
    if (old?.tls === tls) return old;
    const identity = JSON.stringify(tls);
    if (old?.identity === identity) {
      this.#agents = { ...old, tls };
      return this.#agents;
    }
    const shared = {
      allowH2: false,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      connect: { ...tls, timeout: CONNECT_MS, keepAlive: true, keepAliveInitialDelay: FIRST_TCP_PROBE_MS },
    };
    this.#agents = {
      requests: new Agent({ ...shared, connections: this.#connections }),
      watches: new Agent(shared),
      tls,
      identity,
    };
    // Watches of the old identity end by their own timeout, and then use the new one.
    if (old) for (const agent of [old.requests, old.watches]) agent.close().catch(() => undefined);
    return this.#agents;
  }
}
