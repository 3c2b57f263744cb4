/** One context that waits for a forward of the model. */
export type Job = {
  readonly id: number;
  readonly caller: string;
  /** Bytes that the model will read. */
  readonly bytes: number;
  readonly enqueuedAtMs: number;
};

export type BatchLimits = {
  readonly maxContexts: number;
  /** A batch leaves when its oldest job has waited this long, however small it is. */
  readonly maxDelayMs: number;
};

export type BatchPlan =
  | { readonly kind: "idle" }
  | { readonly kind: "wait"; readonly untilMs: number }
  | { readonly kind: "run"; readonly jobs: readonly Job[] };

type Tagged = { readonly job: Job; readonly start: number; readonly finish: number };

const SMALLEST_CLASS_BYTES = 16;

/**
 * Waiting jobs, ordered by start-time fair queueing: each caller has a virtual clock that its own bytes advance,
 * and the least start goes first. So a caller with a thousand contexts delays another by one batch, not by its
 * whole queue, and no job starves. Batches are of one length class, since a batch is padded to its longest.
 */
export class BatchQueue {
  readonly #limits: BatchLimits;
  #waiting: Tagged[] = [];
  readonly #finishByCaller = new Map<string, number>();
  readonly #queuedByCaller = new Map<string, number>();
  #virtualTime = 0;
  #bytes = 0;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Bytes of all waiting jobs. */
  get bytes(): number {
    return this.#bytes;
  }

  queuedOf(caller: string): number {
    return this.#queuedByCaller.get(caller) ?? 0;
  }

  add(jobs: readonly Job[]): void {
    for (const job of jobs) {
      const start = Math.max(this.#virtualTime, this.#finishByCaller.get(job.caller) ?? 0);
      const finish = start + job.bytes;
      this.#finishByCaller.set(job.caller, finish);
      this.#queuedByCaller.set(job.caller, this.queuedOf(job.caller) + 1);
      this.#waiting.push({ job, start, finish });
      this.#bytes += job.bytes;
    }
  }

  /** What to do at `nowMs`; a batch that it returns has left the queue. */
  next(nowMs: number): BatchPlan {
    if (this.#waiting.length === 0) return { kind: "idle" };
    const sorted = this.#waiting.toSorted(byStart);
    const candidates = batchOf(sorted, this.#limits.maxContexts);
    const dueMs = this.#waiting.reduce((least, { job }) => Math.min(least, job.enqueuedAtMs), Infinity);
    const untilMs = dueMs + this.#limits.maxDelayMs;
    if (candidates.length < this.#limits.maxContexts && nowMs < untilMs) return { kind: "wait", untilMs };
    this.#virtualTime = Math.max(this.#virtualTime, candidates[0]?.start ?? 0);
    this.#take(new Set(candidates));
    return { kind: "run", jobs: candidates.map(({ job }) => job) };
  }

  /** Removes waiting jobs, for example of a caller that went away; unknown ids are ignored. */
  cancel(ids: ReadonlySet<number>): void {
    this.#take(new Set(this.#waiting.filter(({ job }) => ids.has(job.id))));
  }

  #take(taken: ReadonlySet<Tagged>): void {
    this.#waiting = this.#waiting.filter((entry) => !taken.has(entry));
    for (const { job } of taken) {
      this.#bytes -= job.bytes;
      const left = this.queuedOf(job.caller) - 1;
      if (left > 0) this.#queuedByCaller.set(job.caller, left);
      else this.#queuedByCaller.delete(job.caller);
    }
    this.#forgetPast();
  }

  /** A caller whose clock is behind the queue's would start from the queue's anyway. */
  #forgetPast(): void {
    for (const [caller, finish] of this.#finishByCaller)
      if (finish <= this.#virtualTime && !this.#queuedByCaller.has(caller))
        this.#finishByCaller.delete(caller);
  }
}

/** Padding to the class wastes less than half of a forward. */
export function lengthClass(bytes: number): number {
  let size = SMALLEST_CLASS_BYTES;
  while (size < bytes) size *= 2;
  return size;
}

function batchOf(sorted: readonly Tagged[], maxContexts: number): Tagged[] {
  const leader = sorted[0];
  if (leader === undefined) return [];
  const wanted = lengthClass(leader.job.bytes);
  return sorted.filter(({ job }) => lengthClass(job.bytes) === wanted).slice(0, maxContexts);
}

function byStart(a: Tagged, b: Tagged): number {
  return a.start - b.start || a.job.id - b.job.id;
}
