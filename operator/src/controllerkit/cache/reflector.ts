import { errorCode, errorMessage, type Logger } from "@ganglion/types";
import { isKubeError, kubeError, retryAfterMsOf } from "../api/kubeError.ts";
import type { KubeObject } from "../api/kubeObject.ts";
import type { ResourceClient, Selection } from "../api/resourceClient.ts";
import type { JsonStream } from "../api/transport.ts";
import { decodeWatchEvent, type WatchEvent } from "../api/watchEvents.ts";
import { linkAbort } from "../linkedAbort.ts";
import { backoffDelayMs, type RandomSource } from "../queue/backoff.ts";
import { sleep, type TimerClock } from "../timerClock.ts";
import { listEverything } from "./listEverything.ts";
import { nextBatch } from "./nextBatch.ts";

/** What to follow, and how long to trust a silent watch. */
export type ReflectorOptions = Selection & {
  /**
   * A watch that says nothing for this long is doubted: the server is asked for its newest version. If that is
   * older than the last seen one, a backup was restored, and all is listed again; else a second watch is opened
   * beside the first, from the last seen version, and takes its place. 15 s by default; bookmarks alone come
   * only once a minute.
   */
  readonly silenceMs?: number;
};

/** Where a reflector writes what it sees, in order. Both calls must not throw. */
type ReflectorSink<T> = {
  /** The complete state; the watch begins when it is taken in. */
  readonly replace: (objects: readonly T[]) => Promise<void>;
  readonly apply: (event: Exclude<WatchEvent<T>, { readonly kind: "bookmark" }>) => void;
};

/** Told for metrics and health; never decides anything. */
export type ReflectorObserver = {
  readonly listed: () => void;
  readonly opened: (reason: "resume" | "silence") => void;
  readonly failed: (code: string) => void;
  /** A sign of the server: an event, a bookmark, a watch that began, a doubt that was answered. */
  readonly heard: () => void;
};

/** What a reflector works with. */
export type ReflectorModules<T extends KubeObject> = {
  readonly client: ResourceClient<T>;
  readonly sink: ReflectorSink<T>;
  readonly clock: TimerClock;
  readonly random: RandomSource;
  readonly logger: Logger;
  readonly observer: ReflectorObserver;
};

const SILENCE_MS = 15_000;
/** For one small list, waiting in line included: the old watch is not read meanwhile. */
const DOUBT_MS = 5_000;
const WATCH_SECONDS = { least: 240, most: 480 } as const;
/** With its jitter 15 s at most: after a storm of errors, however long, the cache follows again within 20 s. */
const BACKOFF = { baseMs: 800, maxMs: 12_000 } as const;
/** A server that is not there answers as soon as it is back: ask often, it costs one refused connection. */
const UNREACHABLE = { baseMs: 800, maxMs: 5_000 } as const;
/** A watch that lived this long was a good one, and the next failure is the first again. */
const HEALTHY_MS = 10_000;
/** A watch that ends sooner without a single event is a failure, or the loop would spin. */
const SHORTEST_WATCH_MS = 1_000;

/**
 * Keeps a sink equal to the objects on the server: one complete list, then a watch from the list's version,
 * again from the last seen version when it ends or breaks, and a new list only when that version is too old.
 * No event is lost and none comes twice, except that a list can leave out states that came and went.
 */
export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions;
  readonly #modules: ReflectorModules<T>;
  #version: string | undefined;
  #failures = 0;

  constructor(options: ReflectorOptions, modules: ReflectorModules<T>) {
    this.#options = options;
    this.#modules = modules;
  }

  /** Works until the signal aborts; failures are retried for ever, and never thrown. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startMs = this.#modules.clock.monotonicMs();
      try {
        await this.#list(signal);
        if (await this.#watch(signal)) this.#failures = 0;
        else await this.#rest(undefined, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (this.#modules.clock.monotonicMs() - startMs > HEALTHY_MS) this.#failures = 0;
        await this.#rest(error, signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    if (this.#version !== undefined) return;
    const { client, sink, observer } = this.#modules;
    const { items, resourceVersion } = await listEverything(client, this.#options, signal);
    if (signal.aborted) return;
    await sink.replace(items);
    this.#version = resourceVersion;
    observer.listed();
    observer.heard();
  }

  /** One watch from its opening to its end, whichever connections carry it; false if it was none worth the name. */
  async #watch(signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#modules;
    let stream = await this.#open("resume", signal);
    let openedMs = clock.monotonicMs();
    let heard = false;
    try {
      for (let pending = stream.batches.next(); ; ) {
        const batch = await nextBatch(pending, this.#options.silenceMs ?? SILENCE_MS, clock);
        if (signal.aborted) return true;
        if (batch === "silent") {
          const fresh = await this.#replaceSilent(signal);
          if (fresh === undefined) continue;
          pending.catch(() => undefined);
          stream.close();
          stream = fresh;
          openedMs = clock.monotonicMs();
          pending = stream.batches.next();
          continue;
        }
        if (batch.done) break;
        heard = true;
        this.#take(batch.value);
        pending = stream.batches.next();
      }
    } finally {
      stream.close();
    }
    return heard || clock.monotonicMs() - openedMs >= SHORTEST_WATCH_MS;
  }

  async #open(reason: "resume" | "silence", signal: AbortSignal): Promise<JsonStream> {
    const { client, random, observer } = this.#modules;
    const { silenceMs: _, ...selection } = this.#options;
    const spread = WATCH_SECONDS.most - WATCH_SECONDS.least;
    const stream = await client.watch(
      {
        ...selection,
        resourceVersion: this.#version ?? "",
        timeoutSeconds: Math.round(WATCH_SECONDS.least + random() * spread),
      },
      { signal },
    );
    observer.opened(reason);
    if (reason === "resume") observer.heard();
    return stream;
  }

  /** The old connection may well be alive: it is given up only for one that is known to be. */
  async #replaceSilent(signal: AbortSignal): Promise<JsonStream | undefined> {
    try {
      await this.#assertNotAhead(signal);
      const stream = await this.#open("silence", signal);
      this.#modules.observer.heard();
      return stream;
    } catch (error) {
      if (signal.aborted || isKubeError(error, "KUBE_GONE")) throw error;
      this.#modules.observer.failed(errorCode(error));
      return undefined;
    }
  }

  /**
   * A server takes a watch from a version that it has not reached yet, and is silent on it: all a client can do is
   * to compare. @throws GanglionError KUBE_GONE if the server went back
   */
  async #assertNotAhead(signal: AbortSignal): Promise<void> {
    const { client, clock } = this.#modules;
    const { silenceMs: _, ...selection } = this.#options;
    const doubt = linkAbort([signal], DOUBT_MS, clock);
    try {
      const newest = await client.listPage({ ...selection, limit: 1 }, { signal: doubt.signal });
      if (!isOlder(newest.resourceVersion, this.#version ?? "")) return;
      const versions = `version ${newest.resourceVersion} after ${this.#version}`;
      throw kubeError("KUBE_GONE", `the server has ${client.type.plural} of ${versions}: it was restored`);
    } finally {
      doubt.release();
    }
  }

  #take(lines: readonly unknown[]): void {
    const { client, sink, observer } = this.#modules;
    observer.heard();
    for (const line of lines) {
      const event = decodeWatchEvent(line, client.type);
      if (event.kind === "bookmark") {
        this.#version = event.resourceVersion;
      } else {
        sink.apply(event);
        this.#version = event.object.metadata.resourceVersion;
      }
    }
  }

  async #rest(error: unknown, signal: AbortSignal): Promise<void> {
    const { clock, random, logger, observer } = this.#modules;
    const isGone = isKubeError(error, "KUBE_GONE");
    if (isGone) this.#version = undefined;
    const limits = isKubeError(error, "KUBE_UNREACHABLE") ? UNREACHABLE : BACKOFF;
    const grownMs = backoffDelayMs(this.#failures, limits, random);
    // The first relist after an expired version is wanted at once.
    const delayMs = Math.max(isGone && this.#failures === 0 ? 0 : grownMs, retryAfterMsOf(error) ?? 0);
    this.#failures += 1;
    observer.failed(error === undefined ? "SHORT_WATCH" : errorCode(error));
    const level = this.#failures > 3 ? "warn" : "info";
    logger[level]("watch interrupted", {
      kind: this.#modules.client.type.kind,
      code: error === undefined ? "SHORT_WATCH" : errorCode(error),
      reason: error === undefined ? "the server ended it at once" : errorMessage(error),
      delayMs: Math.round(delayMs),
    });
    await sleep(clock, delayMs, signal);
  }
}

/** Versions are decimal numbers (KEP-5504); those of an aggregated server that are none are not compared. */
function isOlder(version: string, than: string): boolean {
  const decimal = /^\d+$/;
  return decimal.test(version) && decimal.test(than) && BigInt(version) < BigInt(than);
}
