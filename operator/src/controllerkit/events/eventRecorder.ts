import { errorCode, type Logger } from "@ganglion/types";
import { isKubeError } from "../api/kubeError.ts";
import { ResourceClient } from "../api/resourceClient.ts";
import type { Transport } from "../api/transport.ts";
import type { KitMetrics } from "../serve/kitMetrics.ts";
import { sleep, systemClock, type TimerClock } from "../timerClock.ts";
import { buildEvent, type EventNote, type EventSeries, seriesOf, similarKeyOf } from "./eventSeries.ts";
import { eventType, type KubeEvent } from "./eventType.ts";

/** Under which names events are reported. */
export type EventRecorderOptions = {
  /** Who reports, for example "toy.example.dev/toy-controller". */
  readonly controller: string;
  /** Which replica: its identity in the election. */
  readonly instance: string;
};

/** What a recorder works with. The transport need not be fenced: an event of a stale leader does no harm. */
export type EventRecorderModules = {
  readonly transport: Transport;
  readonly logger: Logger;
  readonly metrics?: KitMetrics;
  readonly clock?: TimerClock;
  readonly random?: () => number;
};

const MOST_QUEUED = 1_000;
const MOST_SERIES = 4_096;
/** So many different notes of one reason about one object; further ones are counted in one series. */
const MOST_NOTES = 10;
const COMBINED = "(combined from similar events) ";
const REFRESH_MS = 300_000;
const ENDED_MS = 360_000;
const SWEEP_MS = 30_000;
const MOST_TRIES = 12;
const RETRY_MS = 10_000;
const LAST_DEADLINE_MS = 3_000;

/**
 * Writes events.k8s.io/v1 events. `record` returns at once and never fails: events are told once if possible,
 * never guaranteed. A repetition becomes a series: counted in memory, written when it first repeats, every five
 * minutes, and when it ends. The recorder retries by itself; beyond 1,000 waiting it drops and counts.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #modules: EventRecorderModules;
  readonly #clock: TimerClock;
  readonly #client: ResourceClient<KubeEvent>;
  readonly #series = new Map<string, EventSeries>();
  readonly #notes = new Map<string, number>();
  readonly #queue: EventSeries[] = [];
  #wake = new AbortController();
  #lastSuffix = 0;

  constructor(options: EventRecorderOptions, modules: EventRecorderModules) {
    this.#options = options;
    this.#modules = modules;
    this.#clock = modules.clock ?? systemClock;
    this.#client = new ResourceClient(eventType, {
      transport: modules.transport,
      fieldManager: options.controller,
    });
  }

  /** Tells what happened, now. Never throws and never waits; may be called any number of times. */
  record(event: EventNote): void {
    const nowMs = this.#clock.nowMs();
    const series = this.#seriesFor(event, nowMs);
    if (series === undefined) {
      this.#drop("series");
      return;
    }
    series.count += 1;
    series.lastMs = nowMs;
    // The third and later wait for the next refresh.
    const due = series.writtenCount < 2 || nowMs - series.writtenMs >= REFRESH_MS;
    if (due) this.#enqueue(series);
  }

  /** Writes until the signal aborts, then what is left, once each. */
  async run(signal: AbortSignal): Promise<void> {
    let sweptMs = this.#clock.monotonicMs();
    while (!signal.aborted) {
      await this.#drain(signal);
      if (this.#clock.monotonicMs() - sweptMs >= SWEEP_MS) {
        sweptMs = this.#clock.monotonicMs();
        this.#sweep();
      }
      await this.#waitForWork(signal);
    }
    const untilMs = this.#clock.monotonicMs() + LAST_DEADLINE_MS;
    for (const series of this.#queue.splice(0)) {
      const deadlineMs = untilMs - this.#clock.monotonicMs();
      if (deadlineMs <= 0 || !(await this.#write(series, { deadlineMs }))) this.#drop("stopped");
    }
  }

  /** Leaves in the queue what it did not come to. */
  async #drain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      await this.#writeWithRetry(next, signal);
    }
  }

  #seriesFor(event: EventNote, nowMs: number): EventSeries | undefined {
    const similarKey = similarKeyOf(event);
    const exact = this.#series.get(similarKey + event.note);
    if (exact !== undefined) return exact;
    const combined = (this.#notes.get(similarKey) ?? 0) >= MOST_NOTES;
    const key = similarKey + (combined ? COMBINED : event.note);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size >= MOST_SERIES) return undefined;
    const series: EventSeries = {
      key,
      similarKey,
      event: combined ? { ...event, note: COMBINED + event.note } : event,
      firstMs: nowMs,
      lastMs: nowMs,
      count: 0,
      written: undefined,
      writtenCount: 0,
      writtenMs: nowMs,
      queued: false,
    };
    this.#series.set(key, series);
    this.#notes.set(similarKey, (this.#notes.get(similarKey) ?? 0) + 1);
    return series;
  }

  #enqueue(series: EventSeries): void {
    if (series.queued) return;
    if (this.#queue.length >= MOST_QUEUED) {
      this.#drop("full");
      return;
    }
    series.queued = true;
    this.#queue.push(series);
    this.#wake.abort();
  }

  async #writeWithRetry(series: EventSeries, signal: AbortSignal): Promise<void> {
    const random = this.#modules.random ?? Math.random;
    for (let tries = 1; tries <= MOST_TRIES && !signal.aborted; tries++) {
      if (await this.#write(series, { signal })) return;
      await sleep(this.#clock, RETRY_MS * (0.75 + random() / 2), signal);
    }
    if (signal.aborted) this.#queue.unshift(series);
    else this.#drop("failed");
  }

  /** True if there is nothing to try again. */
  async #write(series: EventSeries, call: { signal?: AbortSignal; deadlineMs?: number }): Promise<boolean> {
    series.queued = false;
    const { count } = series;
    if (count === series.writtenCount) return true;
    try {
      series.written =
        series.written === undefined
          ? await this.#client.create(buildEvent(series, this.#options, this.#suffix()), call)
          : await this.#client.patch(series.written, { series: seriesOf(series) }, call);
      series.writtenCount = count;
      series.writtenMs = this.#clock.nowMs();
      return true;
    } catch (error) {
      return this.#onFailure(series, error);
    }
  }

  #onFailure(series: EventSeries, error: unknown): boolean {
    // Events live for an hour: a new one carries the series on.
    if (series.written !== undefined && isKubeError(error, "KUBE_NOT_FOUND", "KUBE_CONFLICT")) {
      series.written = undefined;
      this.#enqueue(series);
      return true;
    }
    const again = isKubeError(
      error,
      "KUBE_ALREADY_EXISTS",
      "KUBE_TOO_MANY_REQUESTS",
      "KUBE_SERVER_ERROR",
      "KUBE_UNAVAILABLE",
      "KUBE_TIMEOUT",
      "KUBE_UNREACHABLE",
      "KUBE_STOPPED",
    );
    if (again) return false;
    const { reason, regarding } = series.event;
    const fields = { code: errorCode(error), reason, name: regarding.metadata.name };
    // A namespace that is being deleted takes no events: nothing to worry about.
    if (!isKubeError(error, "KUBE_FORBIDDEN", "KUBE_NOT_FOUND"))
      this.#modules.logger.warn("event refused", fields);
    this.#drop("refused");
    return true;
  }

  /** Series that ended get their last count written and are then forgotten. */
  #sweep(): void {
    const nowMs = this.#clock.nowMs();
    for (const series of this.#series.values()) {
      if (series.queued) continue;
      const ended = nowMs - series.lastMs > ENDED_MS;
      if (series.count > series.writtenCount && (ended || nowMs - series.writtenMs >= REFRESH_MS))
        this.#enqueue(series);
      else if (ended) this.#forget(series);
    }
  }

  #forget({ key, similarKey }: EventSeries): void {
    this.#series.delete(key);
    const left = (this.#notes.get(similarKey) ?? 1) - 1;
    if (left === 0) this.#notes.delete(similarKey);
    else this.#notes.set(similarKey, left);
  }

  async #waitForWork(signal: AbortSignal): Promise<void> {
    if (this.#queue.length > 0 || signal.aborted) return;
    this.#wake = new AbortController();
    const wake = this.#wake;
    const stop = (): void => wake.abort();
    signal.addEventListener("abort", stop, { once: true });
    await sleep(this.#clock, SWEEP_MS, wake.signal);
    signal.removeEventListener("abort", stop);
  }

  #suffix(): string {
    this.#lastSuffix = Math.max(this.#lastSuffix + 1, Math.round(this.#clock.nowMs() * 1_000));
    return this.#lastSuffix.toString(16);
  }

  #drop(why: string): void {
    this.#modules.metrics?.eventsDropped.inc({ why });
  }
}
