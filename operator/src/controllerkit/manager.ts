import { errorCode, errorMessage, GanglionError, type Logger } from "@ganglion/types";
import type { LeaderElector } from "./election/leaderElector.ts";
import { linkAbort } from "./linkedAbort.ts";
import type { HealthChecks } from "./serve/serveHealth.ts";
import { sleep, systemClock, type TimerClock } from "./timerClock.ts";

/** Anything that works until its signal aborts; a throw stops the whole manager. */
export type Runnable = { readonly name: string; readonly run: (signal: AbortSignal) => Promise<void> };

/** An informer, as the manager sees it. */
export type ManagedCache = {
  readonly kind: string;
  readonly run: (signal: AbortSignal) => Promise<void>;
  readonly synced: () => boolean;
  readonly silenceMs: () => number;
  readonly waitForSync: (signal: AbortSignal) => Promise<boolean>;
};

/** Deadlines of a program's life, milliseconds. */
export type ManagerOptions = {
  /** From the stop signal to the end, whatever hangs; 25 s by default, below a pod's usual grace of 30 s. */
  readonly stopDeadlineMs?: number;
  /** The first lists; 120 s by default. */
  readonly syncDeadlineMs?: number;
};

/** What a manager works with. */
export type ManagerModules = {
  readonly logger: Logger;
  /** Without one, controllers start at once: only where a single replica is sure. */
  readonly elector?: LeaderElector;
  readonly clock?: TimerClock;
};

const STOP_DEADLINE_MS = 25_000;
const SYNC_DEADLINE_MS = 120_000;
/** The server sends a bookmark each minute, and a silent watch is replaced long before. */
const SILENCE_LIMIT_MS = 300_000;

/**
 * The lifetime of one program. Start: runnables that always run, caches, then (warm) the election, then
 * controllers. Stop, in reverse: controllers finish what they are at, the lease is given up, caches and the rest
 * end. A lost election, a runnable that throws, or a stop that takes too long rejects `run`: exit then.
 */
export class Manager {
  readonly #options: Required<ManagerOptions>;
  readonly #modules: ManagerModules;
  readonly #clock: TimerClock;
  readonly #always: Runnable[] = [];
  readonly #caches: ManagedCache[] = [];
  readonly #leaders: Runnable[] = [];

  constructor(options: ManagerOptions, modules: ManagerModules) {
    this.#options = { stopDeadlineMs: STOP_DEADLINE_MS, syncDeadlineMs: SYNC_DEADLINE_MS, ...options };
    this.#modules = modules;
    this.#clock = modules.clock ?? systemClock;
  }

  /** Runs on every replica, before and after leadership: an event recorder, a poller. */
  addAlways(runnable: Runnable): void {
    this.#always.push(runnable);
  }

  /** Runs on every replica, so that a standby takes over with full caches. */
  addCache(informer: ManagedCache): void {
    this.#caches.push(informer);
  }

  /** Runs on the leader only: controllers, above all. */
  addLeaderOnly(runnable: Runnable): void {
    this.#leaders.push(runnable);
  }

  /** For `serveHealth`. */
  health(): HealthChecks {
    const unsynced = (): string | undefined =>
      this.#caches.filter((cache) => !cache.synced()).map(({ kind }) => `${kind} not listed yet`)[0];
    const silent = (): string | undefined =>
      this.#caches
        .filter((cache) => cache.silenceMs() > SILENCE_LIMIT_MS)
        .map(({ kind }) => `${kind} is silent`)[0];
    return { live: { ping: () => undefined }, ready: { caches: unsynced, watches: silent } };
  }

  /** Works until the signal aborts. @throws GanglionError KIT_STOP_TIMEOUT, KIT_NOT_SYNCED, KUBE_NOT_LEADER */
  async run(signal: AbortSignal): Promise<void> {
    const background = new AbortController();
    const failed = new AbortController();
    const stopping = linkAbort([signal, failed.signal], undefined, this.#clock);
    const behind = this.#startAll(
      [...this.#caches.map(asRunnable), ...this.#always],
      background.signal,
      failed,
    );
    // It can fail long before the end, where it is waited for: while controllers stop, nobody else handles that.
    behind.catch(() => undefined);
    const stopped = new AbortController();
    const late = this.#deadline(stopping.signal, stopped.signal);
    try {
      await this.#inTime(this.#front(stopping.signal, failed), late);
    } finally {
      failed.abort();
      background.abort();
      await this.#inTime(behind, late).finally(() => {
        stopped.abort();
        stopping.release();
      });
      this.#modules.logger.info("manager stopped");
    }
  }

  async #front(signal: AbortSignal, failed: AbortController): Promise<void> {
    await this.#sync(signal);
    if (signal.aborted) return;
    const { elector } = this.#modules;
    if (elector === undefined) return await this.#lead(signal);
    await elector.run(signal, (leading) => {
      // Lost leadership stops everything, and the deadline for that starts now.
      leading.addEventListener("abort", () => failed.abort(), { once: true });
      return this.#lead(leading);
    });
  }

  async #lead(signal: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const work = linkAbort([signal, failed.signal], undefined, this.#clock);
    await this.#startAll(this.#leaders, work.signal, failed).finally(() => work.release());
  }

  /** Rejects with the first failure after all have ended; a failure aborts the rest through `failed`. */
  async #startAll(
    runnables: readonly Runnable[],
    signal: AbortSignal,
    failed: AbortController,
  ): Promise<void> {
    const outcomes = await Promise.allSettled(
      runnables.map(async (runnable) => {
        try {
          await runnable.run(signal);
        } catch (error) {
          const fields = { runnable: runnable.name, code: errorCode(error), error: errorMessage(error) };
          this.#modules.logger.error("runnable failed", fields);
          failed.abort();
          throw error;
        }
      }),
    );
    const failure = outcomes.find((outcome) => outcome.status === "rejected");
    if (failure !== undefined) throw failure.reason;
  }

  async #sync(signal: AbortSignal): Promise<void> {
    const { syncDeadlineMs } = this.#options;
    const abort = linkAbort([signal], syncDeadlineMs, this.#clock);
    const startMs = this.#clock.monotonicMs();
    try {
      for (const cache of this.#caches) {
        if ((await cache.waitForSync(abort.signal)) || signal.aborted) continue;
        const message = `${cache.kind} could not be listed in ${syncDeadlineMs} ms: look at the log for why`;
        throw new GanglionError("KIT_NOT_SYNCED", message, { kind: cache.kind });
      }
    } finally {
      abort.release();
    }
    const tookMs = Math.round(this.#clock.monotonicMs() - startMs);
    this.#modules.logger.info("caches filled", { caches: this.#caches.length, tookMs });
  }

  /** One for the whole stop, counted from its beginning; resolves also once all has stopped. */
  async #deadline(stopping: AbortSignal, stopped: AbortSignal): Promise<"late"> {
    await untilAborted(stopping);
    await sleep(this.#clock, this.#options.stopDeadlineMs, stopped);
    return "late";
  }

  /** Waits as long as it takes, but not beyond the deadline of the stop. */
  async #inTime(work: Promise<void>, late: Promise<"late">): Promise<void> {
    const { stopDeadlineMs } = this.#options;
    const outcome = await Promise.race([work.then(() => "done" as const), late]);
    if (outcome === "done") return;
    const message = `not stopped after ${stopDeadlineMs} ms: something ignores its signal; the process must exit`;
    throw new GanglionError("KIT_STOP_TIMEOUT", message, { stopDeadlineMs });
  }
}

function asRunnable(cache: ManagedCache): Runnable {
  return { name: `cache ${cache.kind}`, run: (signal) => cache.run(signal) };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
