import type { KitMetrics } from "../serve/kitMetrics.ts";
import type { TimerClock } from "../timerClock.ts";
import { type BackoffLimits, backoffDelayMs, type RandomSource } from "./backoff.ts";
import { DelayHeap } from "./delayHeap.ts";
import { ReadyLanes } from "./readyLanes.ts";

/** Higher goes first. A change by a user or a dead pod is 0; what was there at start, and resync, is low. */
export const PRIORITY = { normal: 0, low: -100 } as const;

/** When, and before whom, a key's turn is. */
export type AddOptions = {
  readonly priority?: number;
  /** Not before this long from now. */
  readonly afterMs?: number;
};

/** A key that was handed out, with the priority it had. */
export type QueueItem = { readonly key: string; readonly priority: number };

/** What a queue works with. */
export type QueueModules = {
  readonly clock: TimerClock;
  readonly random: RandomSource;
  readonly metrics?: KitMetrics;
};

/** Name in metrics, and limits of the back-off. */
export type KeyedQueueOptions = { readonly name: string; readonly backoff?: Partial<BackoffLimits> };

/** The limits of client-go. */
const BACKOFF: BackoffLimits = { baseMs: 5, maxMs: 1_000_000 };

type Waiter = (item: QueueItem | undefined) => void;
type Entry = { priority: number; readyAtMs: number };

/**
 * Keys to work on. A key is in it once, however often it is added: the highest priority and the earliest time
 * count. A key that is being worked on is handed out again only after `done`. Order: priority, then first come.
 */
export class KeyedQueue {
  readonly #name: string;
  readonly #limits: BackoffLimits;
  readonly #modules: QueueModules;
  readonly #entries = new Map<string, Entry>();
  readonly #ready = new ReadyLanes();
  readonly #delayed = new DelayHeap();
  readonly #working = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #waiters: Waiter[] = [];
  #cancelTimer: (() => void) | undefined;
  #closed = false;

  constructor({ name, backoff }: KeyedQueueOptions, modules: QueueModules) {
    this.#name = name;
    this.#limits = { ...BACKOFF, ...backoff };
    this.#modules = modules;
    modules.metrics?.trackQueue(name, () => this.#workedOnSeconds());
  }

  /** Ignored after `close`. */
  add(key: string, { priority = PRIORITY.normal, afterMs = 0 }: AddOptions = {}): void {
    if (this.#closed) return;
    const nowMs = this.#modules.clock.monotonicMs();
    const known = this.#entries.get(key);
    const next: Entry = {
      priority: Math.max(priority, known?.priority ?? priority),
      readyAtMs: Math.min(nowMs + Math.max(0, afterMs), known?.readyAtMs ?? Number.POSITIVE_INFINITY),
    };
    if (known?.priority === next.priority && known.readyAtMs === next.readyAtMs) return;
    this.#entries.set(key, next);
    if (next.readyAtMs > nowMs) {
      this.#modules.metrics?.queueRetries.inc(this.#labels());
      this.#delayed.set(key, next.readyAtMs);
      this.#arm();
    } else if (!this.#working.has(key)) {
      this.#makeReady(key, next, nowMs);
    }
    this.#serve();
  }

  /**
   * Adds the key after its back-off, which grows with each call until `forget`; jittered. `atMostMs` bounds
   * this wait, `atLeastMs` is what the server asked for.
   */
  addRateLimited(
    key: string,
    options: { readonly priority?: number; readonly atMostMs?: number; readonly atLeastMs?: number } = {},
  ): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const maxMs = Math.min(this.#limits.maxMs, options.atMostMs ?? Number.POSITIVE_INFINITY);
    const grownMs = backoffDelayMs(failures, { baseMs: this.#limits.baseMs, maxMs }, this.#modules.random);
    this.add(key, {
      priority: options.priority ?? PRIORITY.normal,
      afterMs: Math.max(grownMs, options.atLeastMs ?? 0),
    });
  }

  /** The key's next back-off is the first again. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** How often the key failed since it was last forgotten. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** Waits for a key; undefined once the queue is closed. Each key that was got must be given to `done`. */
  get(): Promise<QueueItem | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#serve();
    });
  }

  /** The work on a key ended; what was added meanwhile becomes ready. */
  done(key: string): void {
    const startedMs = this.#working.get(key);
    if (startedMs === undefined) return;
    this.#working.delete(key);
    const nowMs = this.#modules.clock.monotonicMs();
    this.#modules.metrics?.queueWorkSeconds.observe(this.#labels(), (nowMs - startedMs) / 1_000);
    const entry = this.#entries.get(key);
    if (entry !== undefined && entry.readyAtMs <= nowMs) this.#makeReady(key, entry, nowMs);
    this.#serve();
  }

  /** Keys ready or put off, those being worked on not counted unless they were added again. */
  size(): number {
    return this.#entries.size;
  }

  /** True when nothing is ready and nothing is worked on; keys may be put off to later. */
  idle(): boolean {
    return this.#ready.size() === 0 && this.#working.size === 0;
  }

  /** Hands out no more: all `get` resolve with undefined, keys that wait are dropped. */
  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
    for (const waiter of this.#waiters.splice(0)) waiter(undefined);
  }

  #makeReady(key: string, entry: Entry, nowMs: number): void {
    this.#delayed.delete(key);
    entry.readyAtMs = Math.min(entry.readyAtMs, nowMs);
    if (!this.#ready.put(key, entry.priority)) return;
    this.#modules.metrics?.queueAdds.inc(this.#labels());
    this.#showDepth(entry.priority);
  }

  #serve(): void {
    while (this.#waiters.length > 0) {
      const item = this.#ready.take();
      if (item === undefined) return;
      const nowMs = this.#modules.clock.monotonicMs();
      const waitedMs = nowMs - (this.#entries.get(item.key)?.readyAtMs ?? nowMs);
      this.#entries.delete(item.key);
      this.#working.set(item.key, nowMs);
      this.#modules.metrics?.queueWaitSeconds.observe(this.#labels(), Math.max(0, waitedMs) / 1_000);
      this.#showDepth(item.priority);
      this.#waiters.shift()?.(item);
    }
  }

  /** One timer for the earliest. */
  #arm(): void {
    this.#cancelTimer?.();
    const next = this.#delayed.peek();
    if (next === undefined) return;
    const { clock } = this.#modules;
    this.#cancelTimer = clock.after(next.atMs - clock.monotonicMs(), () => this.#ripen());
  }

  #ripen(): void {
    const nowMs = this.#modules.clock.monotonicMs();
    for (
      let next = this.#delayed.peek();
      next !== undefined && next.atMs <= nowMs;
      next = this.#delayed.peek()
    ) {
      this.#delayed.pop();
      const entry = this.#entries.get(next.key);
      // One that is being worked on becomes ready when it is done.
      if (entry === undefined || this.#working.has(next.key)) continue;
      this.#makeReady(next.key, entry, nowMs);
    }
    this.#arm();
    this.#serve();
  }

  #workedOnSeconds(): readonly number[] {
    const nowMs = this.#modules.clock.monotonicMs();
    return [...this.#working.values()].map((startedMs) => (nowMs - startedMs) / 1_000);
  }

  #labels(): { readonly name: string; readonly controller: string } {
    return { name: this.#name, controller: this.#name };
  }

  #showDepth(priority: number): void {
    const depth = this.#ready.depth(priority);
    this.#modules.metrics?.queueDepth.set({ ...this.#labels(), priority: String(priority) }, depth);
  }
}
