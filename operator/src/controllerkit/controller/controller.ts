import { errorCode, errorMessage, GanglionError, type Logger } from "@ganglion/types";
import { isKubeError, retryAfterMsOf } from "../api/kubeError.ts";
import { type KubeObject, type ObjectRef, parseObjectKey } from "../api/kubeObject.ts";
import type { Informer, InformerChange } from "../cache/informer.ts";
import { linkAbort } from "../linkedAbort.ts";
import { LoopTurns } from "../loopTurns.ts";
import type { BackoffLimits, RandomSource } from "../queue/backoff.ts";
import { KeyedQueue, PRIORITY, type QueueItem } from "../queue/keyedQueue.ts";
import type { KitMetrics } from "../serve/kitMetrics.ts";
import { systemClock, type TimerClock } from "../timerClock.ts";
import { TerminalError } from "./terminalError.ts";

/** What to work on: a name, never an event. Read the state from stores. */
export type ReconcileRequest = ObjectRef & { readonly key: string };

/** What a call of `reconcile` is given beside the name. */
export type ReconcileContext = {
  /** Aborts at the timeout, when leadership is lost and when the program stops: hand it to every call. */
  readonly signal: AbortSignal;
  /** Has the controller's name and the key. */
  readonly logger: Logger;
};

/** Nothing more to do, or look again after this long although nothing changed. */
export type ReconcileResult = { readonly requeueAfterMs?: number };

/**
 * Brings the world closer to what one object asks for. Level-based: called with a name, at any time, any number
 * of times; reads all that it needs, then writes. Idempotent: a call on an unchanged world writes nothing.
 * Never runs twice at once for one key. A throw is retried with back-off; `TerminalError` is not.
 */
export type Reconcile = (
  request: ReconcileRequest,
  context: ReconcileContext,
) => Promise<ReconcileResult | undefined>;

/** Name, workers and limits of one controller. */
export type ControllerOptions = {
  /** In logs and metrics; dotted by concern, for example "toy.pods". */
  readonly name: string;
  /** Keys at once; 16 by default. */
  readonly workers?: number;
  /** One call of `reconcile`; 60 s by default. */
  readonly timeoutMs?: number;
  /** 5 ms to 1000 s by default. */
  readonly backoff?: Partial<BackoffLimits>;
};

/** What a controller works with. */
export type ControllerModules = {
  readonly reconcile: Reconcile;
  readonly logger: Logger;
  readonly metrics?: KitMetrics;
  readonly clock?: TimerClock;
  readonly random?: RandomSource;
};

/** Which keys a change concerns. Pure; see `ownKey`, `ownerKeys`. */
export type KeyMapper<T> = (object: T) => readonly string[];

/** How changes of one kind become keys. */
export type WatchOptions<T> = {
  readonly keys: KeyMapper<T>;
  /** Lets only some changes through, to save work; being called too often must do no harm. */
  readonly when?: (change: InformerChange<T>) => boolean;
};

const WORKERS = 16;
const TIMEOUT_MS = 60_000;
/** While the API server is away keys are tried this often at least, so that work resumes soon after. */
const AWAY_MOST_MS = 5_000;
/** The same while it answers with errors, where each try costs it some work. */
const TROUBLED_MOST_MS = 12_000;

/** Informers put keys into a queue, workers take them out and reconcile. */
export class Controller {
  readonly name: string;
  readonly #workers: number;
  readonly #timeoutMs: number;
  readonly #modules: ControllerModules;
  readonly #clock: TimerClock;
  readonly #queue: KeyedQueue;
  readonly #turns: LoopTurns;
  readonly #informers = new Set<{ readonly waitForSync: (signal: AbortSignal) => Promise<boolean> }>();

  constructor(options: ControllerOptions, modules: ControllerModules) {
    this.name = options.name;
    this.#workers = options.workers ?? WORKERS;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#modules = modules;
    this.#clock = modules.clock ?? systemClock;
    this.#turns = new LoopTurns(this.#clock);
    this.#queue = new KeyedQueue(
      { name: options.name, ...(options.backoff === undefined ? {} : { backoff: options.backoff }) },
      {
        clock: this.#clock,
        random: modules.random ?? Math.random,
        ...(modules.metrics === undefined ? {} : { metrics: modules.metrics }),
      },
    );
    modules.metrics?.maxWorkers.set({ controller: this.name }, this.#workers);
  }

  /** Call before `run`. What was there at the start has low priority, so that news overtakes it. */
  watch<T extends KubeObject>(informer: Informer<T>, { keys, when }: WatchOptions<T>): void {
    this.#informers.add(informer);
    informer.addHandler((change) => {
      if (when !== undefined && !when(change)) return;
      const priority = change.initial ? PRIORITY.low : PRIORITY.normal;
      // An object that lost an owner concerns the old one too.
      const before = change.kind === "updated" ? keys(change.previous) : [];
      for (const key of new Set([...before, ...keys(change.object)])) this.#queue.add(key, { priority });
    });
  }

  /** For sources that are no informer, for example a poller. */
  enqueue(key: string, options: { readonly priority?: number; readonly afterMs?: number } = {}): void {
    this.#queue.add(key, options);
  }

  /** True when no key is ready and none is worked on. */
  idle(): boolean {
    return this.#queue.idle();
  }

  /**
   * Waits for its informers, then works until the signal aborts; resolves when the last worker returned, which
   * each does as soon as its reconciler heeds the signal.
   */
  async run(signal: AbortSignal): Promise<void> {
    for (const informer of this.#informers) if (!(await informer.waitForSync(signal))) return;
    const close = (): void => this.#queue.close();
    signal.addEventListener("abort", close, { once: true });
    if (signal.aborted) close();
    this.#modules.logger.info("controller started", { controller: this.name, workers: this.#workers });
    await Promise.all(Array.from({ length: this.#workers }, () => this.#work(signal)));
    signal.removeEventListener("abort", close);
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (let item = await this.#queue.get(); item !== undefined; item = await this.#queue.get()) {
      const { metrics } = this.#modules;
      metrics?.activeWorkers.inc({ controller: this.name });
      const startMs = this.#clock.monotonicMs();
      try {
        await this.#reconcile(item, signal);
      } finally {
        this.#queue.done(item.key);
        metrics?.activeWorkers.dec({ controller: this.name });
        const seconds = (this.#clock.monotonicMs() - startMs) / 1_000;
        metrics?.reconcileSeconds.observe({ controller: this.name }, seconds);
      }
      // Thousands of keys with nothing to write would otherwise pass in one turn.
      await this.#turns.pause();
    }
  }

  async #reconcile({ key, priority }: QueueItem, signal: AbortSignal): Promise<void> {
    const { reconcile, metrics } = this.#modules;
    const logger = this.#modules.logger.child({ controller: this.name, key });
    const abort = linkAbort([signal], this.#timeoutMs, this.#clock);
    try {
      const request = { ...parseObjectKey(key), key };
      const result = await reconcile(request, { signal: abort.signal, logger });
      this.#queue.forget(key);
      const { requeueAfterMs } = result ?? {};
      if (requeueAfterMs !== undefined) this.#queue.add(key, { priority, afterMs: requeueAfterMs });
      const label = requeueAfterMs === undefined ? "success" : "requeue_after";
      metrics?.reconcile.inc({ controller: this.name, result: label });
    } catch (error) {
      if (signal.aborted) return;
      if (abort.cause() === "deadline") metrics?.reconcileTimeouts.inc({ controller: this.name });
      this.#retry(key, priority, error, logger);
    } finally {
      abort.release();
    }
  }

  #retry(key: string, priority: number, error: unknown, logger: Logger): void {
    const { metrics } = this.#modules;
    const controller = this.name;
    metrics?.reconcile.inc({ controller, result: "error" });
    metrics?.reconcileErrors.inc({ controller });
    if (!(error instanceof GanglionError)) metrics?.reconcilePanics.inc({ controller });
    logFailure(logger, error, this.#queue.failures(key));
    if (error instanceof TerminalError) {
      metrics?.terminalErrors.inc({ controller });
      this.#queue.forget(key);
      return;
    }
    const atMostMs = longestWaitMs(error);
    const retryAfterMs = retryAfterMsOf(error);
    this.#queue.addRateLimited(key, {
      priority,
      ...(atMostMs === undefined ? {} : { atMostMs }),
      ...(retryAfterMs === undefined ? {} : { atLeastMs: retryAfterMs }),
    });
  }
}

/** What is no fault of the object's passes by itself, and then nobody should wait for long. */
function longestWaitMs(error: unknown): number | undefined {
  if (isKubeError(error, "KUBE_UNREACHABLE", "KUBE_UNAVAILABLE")) return AWAY_MOST_MS;
  if (isKubeError(error, "KUBE_TOO_MANY_REQUESTS", "KUBE_SERVER_ERROR", "KUBE_TIMEOUT"))
    return TROUBLED_MOST_MS;
  return undefined;
}

/** A newer state is the normal course of things; anything uncoded is a bug and shows its stack. */
function logFailure(logger: Logger, error: unknown, failures: number): void {
  const fields = { code: errorCode(error), reason: errorMessage(error), failures };
  if (error instanceof TerminalError) logger.error("reconcile failed for good", fields);
  else if (!(error instanceof GanglionError))
    logger.error("reconcile threw what it never should", {
      ...fields,
      stack: error instanceof Error ? error.stack : undefined,
    });
  else if (isKubeError(error, "KUBE_CONFLICT", "KUBE_ALREADY_EXISTS"))
    logger.info("reconcile met a newer state", fields);
  else logger.warn("reconcile failed", fields);
}
