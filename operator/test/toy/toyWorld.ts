import { readFileSync } from "node:fs";
import { createTransport, Informer, ResourceClient, type Transport } from "@ganglion/operator/controllerkit";
import { parse } from "yaml";
import { LABELS, podType, type Toy, type ToyPod, toyType } from "../../examples/toy/kinds.ts";
import { ordinalOf } from "../../examples/toy/plan.ts";
import type { ApiUnderTest } from "../contract/apiUnderTest.ts";
import { eventually } from "../contract/eventually.ts";
import { RawApi } from "../contract/rawApi.ts";
import { silentLogger } from "../contract/silentLogger.ts";
import { isJsonObject, type JsonObject } from "../fakeApiServer/json.ts";

const DEFINITION = new URL("../../examples/toy/toys.crd.yaml", import.meta.url);
const SWEEP_MS = 50;
/** On a cluster with nodes, none takes these pods: the world plays theirs. */
const NO_NODE = { "example.com/node": "none" };

/**
 * A namespace for toys, on a way that no fault touches: it makes pods Ready as a node would, and notes whether two
 * pods ever filled one place.
 */
export class ToyWorld {
  readonly api: ApiUnderTest;
  readonly raw: RawApi;
  readonly namespace: string;
  readonly toys: ResourceClient<Toy>;
  readonly pods: Informer<ToyPod>;
  readonly duplicates: string[] = [];
  readonly #transport: Transport;
  readonly #stop = new AbortController();
  readonly #work: Promise<unknown>;
  #created = 0;

  private constructor(api: ApiUnderTest, raw: RawApi, namespace: string) {
    this.api = api;
    this.raw = raw;
    this.namespace = namespace;
    this.#transport = createTransport(api.direct, { userAgent: "toy-world" });
    const options = { transport: this.#transport, fieldManager: "toy-world" };
    this.toys = new ResourceClient(toyType, options);
    this.pods = new Informer(
      { namespace, labelSelector: LABELS.toy, silenceMs: 2_000 },
      { client: new ResourceClient(podType, options), logger: silentLogger },
    );
    this.pods.addHandler(({ kind, object }) => {
      if (kind !== "added") return;
      this.#created += 1;
      this.#checkPlace(object);
    });
    this.#work = Promise.all([this.pods.run(this.#stop.signal), this.#runPods()]);
  }

  /** Defines toys if need be and makes a namespace. */
  static async open(api: ApiUnderTest, prefix: string): Promise<ToyWorld> {
    const raw = new RawApi(api.direct);
    await defineToys(raw);
    const world = new ToyWorld(api, raw, await raw.createNamespace(prefix));
    await world.pods.waitForSync(world.#stop.signal);
    return world;
  }

  /** Pods that were ever seen. */
  get created(): number {
    return this.#created;
  }

  async createToy(name: string, replicas: number): Promise<Toy> {
    const { namespace } = this;
    const { apiVersion, kind } = toyType;
    return await this.toys.create({
      apiVersion,
      kind,
      metadata: { namespace, name },
      spec: { replicas, nodeSelector: NO_NODE },
    });
  }

  async scale(name: string, replicas: number): Promise<void> {
    const path = `/apis/example.com/v1/namespaces/${this.namespace}/toys/${name}/scale`;
    await this.raw.must(this.raw.merge(path, { spec: { replicas } }));
  }

  /** Pods of a toy that are neither dead nor being deleted. */
  live(name: string): readonly ToyPod[] {
    return this.pods.store.list().filter((pod) => pod.metadata.labels?.[LABELS.toy] === name && isLive(pod));
  }

  /** Ends some pods, as a user or a lost node would. */
  async kill(name: string, count: number): Promise<void> {
    for (const { metadata } of this.live(name).slice(0, count)) await this.killPod(metadata.name);
  }

  async killPod(podName: string): Promise<void> {
    const { code, body } = await this.raw.delete(`${this.#podPath(podName)}?gracePeriodSeconds=0`);
    if (code >= 300 && code !== 404) throw new Error(`${podName} was not killed: ${JSON.stringify(body)}`);
  }

  /** Waits until each place has one Ready pod and the toy's status says so. @returns milliseconds waited */
  async settled(name: string, replicas: number, withinMs: number): Promise<number> {
    const startedMs = performance.now();
    const isSettled = async (): Promise<boolean> => {
      const live = this.live(name);
      const places = new Set(live.map(ordinalOf));
      if (live.length !== replicas || places.size !== replicas || !live.every(isReady)) return false;
      const toy = await this.toys.get({ namespace: this.namespace, name }).catch(() => undefined);
      return (
        toy?.status?.readyReplicas === replicas && toy.status.observedGeneration === toy.metadata.generation
      );
    };
    await eventually(`${name} has ${replicas} ready pods`, isSettled, withinMs);
    return performance.now() - startedMs;
  }

  /** Waits until so many pods were made in all, and then as {@link settled}. @returns milliseconds waited */
  async recovered(name: string, replicas: number, created: number, withinMs: number): Promise<number> {
    const startedMs = performance.now();
    await eventually(`${created} pods were made`, () => this.#created >= created, withinMs);
    await this.settled(name, replicas, withinMs);
    return performance.now() - startedMs;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#work;
    await this.raw.deleteNamespace(this.namespace);
    await this.#transport.close();
    await this.raw.close();
  }

  /** What a kubelet would do, to all pods at once. */
  async #runPods(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const waiting = this.pods.store.list().filter((pod) => isLive(pod) && !isReady(pod));
      // A server that is down or refuses is asked again.
      await Promise.allSettled(
        waiting.map((pod) => this.raw.merge(`${this.#podPath(pod.metadata.name)}/status`, READY)),
      );
      await new Promise((resolve) => setTimeout(resolve, SWEEP_MS));
    }
  }

  #checkPlace(pod: ToyPod): void {
    const name = pod.metadata.labels?.[LABELS.toy] ?? "";
    const same = this.live(name).filter((other) => ordinalOf(other) === ordinalOf(pod));
    if (same.length > 1) this.duplicates.push(same.map(({ metadata }) => metadata.name).join(" and "));
  }

  #podPath(name: string): string {
    return `/api/v1/namespaces/${this.namespace}/pods/${name}`;
  }
}

const READY: JsonObject = {
  status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
};

function isReady({ status }: ToyPod): boolean {
  return status?.conditions?.some((each) => each.type === "Ready" && each.status === "True") ?? false;
}

function isLive({ metadata, status }: ToyPod): boolean {
  return (
    metadata.deletionTimestamp === undefined && status?.phase !== "Failed" && status?.phase !== "Succeeded"
  );
}

/** Defines the kind unless it is there, and waits until it is served. */
export async function defineToys(raw: RawApi): Promise<void> {
  const definition: unknown = parse(readFileSync(DEFINITION, "utf8"));
  if (!isJsonObject(definition)) throw new TypeError("the definition of toys is no object");
  await raw.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
  await eventually(
    "toys are served",
    async () => (await raw.get("/apis/example.com/v1/namespaces/default/toys")).code === 200,
  );
}
