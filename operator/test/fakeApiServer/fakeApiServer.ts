import { randomUUID } from "node:crypto";
import { apiHandler } from "./apiRoutes.ts";
import { Faults } from "./faults.ts";
import { GarbageCollector } from "./garbageCollector.ts";
import { HttpListener } from "./httpListener.ts";
import { ObjectStore } from "./objectStore.ts";
import { ObjectVerbs } from "./objectVerbs.ts";
import { Registry } from "./registry.ts";
import { Traffic } from "./traffic.ts";

export type FakeApiServerOptions = {
  /** 60,000 when absent, as on a real server. */
  readonly bookmarkMs?: number;
  /** How long a second of `timeoutSeconds` lasts; 1,000 when absent. */
  readonly secondMs?: number;
};

const NAMESPACES = ["default", "kube-system"];

/**
 * An API server in this process, on a port of its own of 127.0.0.1, over plain HTTP: versions, watches, apply,
 * subresources, garbage collection, faults. It checks neither schemas nor rights, and runs no pods.
 */
export class FakeApiServer {
  readonly store: ObjectStore;
  readonly verbs: ObjectVerbs;
  readonly faults = new Faults();
  readonly traffic = new Traffic();
  readonly #listener: HttpListener;
  readonly #collector: GarbageCollector;
  #collects: NodeJS.Immediate | undefined;

  private constructor(options: FakeApiServerOptions) {
    this.store = new ObjectStore();
    const registry = new Registry(this.store);
    this.verbs = new ObjectVerbs(this.store, () => {
      const uid = randomUUID();
      return { now: `${new Date().toISOString().slice(0, 19)}Z`, uid, suffix: uid.slice(0, 5) };
    });
    const { bookmarkMs = 60_000, secondMs = 1_000 } = options;
    const handler = apiHandler({
      store: this.store,
      verbs: this.verbs,
      registry,
      times: { bookmarkMs, secondMs },
    });
    this.#listener = new HttpListener(handler, this.faults, this.traffic);
    this.#collector = new GarbageCollector(this.store, this.verbs, registry, () =>
      this.#scheduleCollection(),
    );
    const namespaces = registry.find("", "v1", "namespaces");
    for (const name of namespaces === undefined ? [] : NAMESPACES)
      if (namespaces !== undefined)
        this.verbs.create(namespaces, undefined, { metadata: { name } }, "kube-apiserver");
  }

  static async start(options: FakeApiServerOptions = {}): Promise<FakeApiServer> {
    const server = new FakeApiServer(options);
    await server.#listener.start();
    return server;
  }

  /** Where clients connect; the same after a restart. */
  get url(): string {
    return this.#listener.url;
  }

  /** A kubeconfig for it, as text (JSON is YAML). */
  get kubeconfig(): string {
    return kubeconfigFor(this.url);
  }

  /** Old versions are gone: watches and pages that need them get 410. */
  compact(): void {
    this.store.compact();
  }

  /** Goes down and comes up again as it was at a version: a backup was restored. */
  async rewind(version: number): Promise<void> {
    await this.#listener.stop();
    this.store.rewind(version);
    await this.#listener.start();
  }

  /** Goes down and comes up again with what it stored; clients see connections break and be refused. */
  async restart(downMs = 0): Promise<void> {
    await this.#listener.stop();
    await new Promise((resolve) => setTimeout(resolve, downMs));
    await this.#listener.start();
  }

  async close(): Promise<void> {
    clearImmediate(this.#collects);
    await this.#listener.stop();
  }

  #scheduleCollection(): void {
    this.#collects ??= setImmediate(() => {
      this.#collects = undefined;
      this.#collector.work();
    });
  }
}

/** A kubeconfig without credentials for a server over plain HTTP. */
export function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "test", user: {} }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test", namespace: "default" } }],
    "current-context": "test",
  });
}
