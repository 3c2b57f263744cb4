import { errorMessage, type Logger } from "@ganglion/types";
import type { KubeObject } from "../api/kubeObject.ts";
import type { ResourceClient, Selection } from "../api/resourceClient.ts";
import { LoopTurns } from "../loopTurns.ts";
import type { RandomSource } from "../queue/backoff.ts";
import type { KitMetrics } from "../serve/kitMetrics.ts";
import { sleep, systemClock, type TimerClock } from "../timerClock.ts";
import { type Indexer, ObjectStore, type StoreChange, type StoreView } from "./objectStore.ts";
import { Reflector, type ReflectorObserver } from "./reflector.ts";

/** What a handler is told; `initial` marks objects that were there before anyone watched. */
export type InformerChange<T> = StoreChange<T> & { readonly initial: boolean };

/** What to hold in the cache, and by what to find it. */
export type InformerOptions<T> = Selection & {
  /** Ways to find objects beside their key. */
  readonly indexers?: Readonly<Record<string, Indexer<T>>>;
  /** See `ReflectorOptions`. */
  readonly silenceMs?: number;
};

/** What an informer works with; the client's type decodes and prunes each object. */
export type InformerModules<T extends KubeObject> = {
  readonly client: ResourceClient<T>;
  readonly logger: Logger;
  readonly metrics?: KitMetrics;
  readonly clock?: TimerClock;
  readonly random?: RandomSource;
};

const SYNC_POLL_MS = 20;
const SLICE = 50;

/**
 * A live cache of one kind. Level-based: handlers are told keys to look at, and whoever looks reads the store,
 * which may be newer than the change and may lag behind the server (see `Expectations`). Retries by itself, for
 * ever; `silenceMs()` and `synced()` say how it is.
 */
export class Informer<T extends KubeObject> {
  readonly kind: string;
  readonly #store: ObjectStore<T>;
  readonly #reflector: Reflector<T>;
  readonly #handlers = new Set<(change: InformerChange<T>) => void>();
  readonly #modules: InformerModules<T>;
  readonly #clock: TimerClock;
  #synced = false;
  #heardMs: number;

  constructor(options: InformerOptions<T>, modules: InformerModules<T>) {
    const { indexers, ...reflected } = options;
    this.kind = modules.client.type.kind;
    this.#modules = modules;
    this.#clock = modules.clock ?? systemClock;
    this.#heardMs = this.#clock.monotonicMs();
    this.#store = new ObjectStore(indexers);
    this.#reflector = new Reflector(reflected, {
      client: modules.client,
      clock: this.#clock,
      random: modules.random ?? Math.random,
      logger: modules.logger,
      observer: this.#observer(),
      sink: {
        replace: (objects) => this.#replace(objects),
        apply: ({ kind, object }) =>
          this.#tell(
            kind === "upsert" ? this.#store.upsert(object) : this.#store.remove(object),
            false,
            this.#handlers,
          ),
      },
    });
    modules.metrics?.trackSilence(this.kind, () => this.silenceMs() / 1_000);
  }

  /** Reads only; safe at any time, empty before the first list. */
  get store(): StoreView<T> {
    return this.#store;
  }

  /** True once the first complete list is in the store; it stays true. */
  synced(): boolean {
    return this.#synced;
  }

  /** Milliseconds since the server last gave a sign. Beyond a few minutes the cache can't be trusted. */
  silenceMs(): number {
    return this.#clock.monotonicMs() - this.#heardMs;
  }

  /**
   * Calls the handler for each change, in order, after the store has it. A late handler is first told all that
   * is there. Handlers are synchronous and quick: put a key into a queue. A throw is logged and goes no further.
   * The returned function takes the handler back.
   */
  addHandler(handler: (change: InformerChange<T>) => void): () => void {
    if (this.#synced)
      for (const change of new ObjectStore<T>().replace(this.#store.list()))
        this.#call(handler, { ...change, initial: true });
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }

  /** Follows the server until the signal aborts. */
  run(signal: AbortSignal): Promise<void> {
    return this.#reflector.run(signal);
  }

  /** True when synced, false if the signal came first. */
  async waitForSync(signal: AbortSignal): Promise<boolean> {
    while (!this.#synced && !signal.aborted) await sleep(this.#clock, SYNC_POLL_MS, signal);
    return this.#synced;
  }

  /** In steps, so that ten thousand objects block nobody; the store changes at once, then handlers are told. */
  async #replace(objects: readonly T[]): Promise<void> {
    const initial = !this.#synced;
    const turns = new LoopTurns(this.#clock);
    const steps = this.#store.replaceInSteps(objects);
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) await turns.pause();
    const changes = step.value;
    this.#synced = true;
    // One that is added meanwhile was told what the store has.
    const handlers = [...this.#handlers];
    for (let from = 0; from < changes.length; from += SLICE) {
      if (from > 0) await turns.pause();
      this.#tell(changes.slice(from, from + SLICE), initial, handlers);
    }
  }

  #tell(
    changes: readonly StoreChange<T>[],
    initial: boolean,
    handlers: Iterable<(change: InformerChange<T>) => void>,
  ): void {
    const { metrics } = this.#modules;
    const counts = { added: 0, updated: 0, deleted: 0 };
    for (const change of changes) {
      counts[change.kind] += 1;
      for (const handler of handlers) this.#call(handler, { ...change, initial });
    }
    for (const type of ["added", "updated", "deleted"] as const)
      if (counts[type] > 0) metrics?.informerEvents.inc({ kind: this.kind, type }, counts[type]);
    metrics?.informerObjects.set({ kind: this.kind }, this.#store.size());
  }

  #call(handler: (change: InformerChange<T>) => void, change: InformerChange<T>): void {
    try {
      handler(change);
    } catch (error) {
      const fields = { kind: this.kind, key: change.key, error: errorMessage(error) };
      this.#modules.logger.error("an informer's handler threw", fields);
    }
  }

  #observer(): ReflectorObserver {
    const { metrics } = this.#modules;
    const { kind } = this;
    return {
      listed: () => metrics?.informerLists.inc({ kind }),
      opened: (reason) => metrics?.informerWatches.inc({ kind, reason }),
      failed: (code) => metrics?.informerErrors.inc({ kind, code }),
      heard: () => {
        this.#heardMs = this.#clock.monotonicMs();
      },
    };
  }
}
