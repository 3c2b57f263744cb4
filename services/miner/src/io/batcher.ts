import { NETWORK_DIM } from "@ganglion/params";
import { type Clock, GanglionError } from "@ganglion/types";
import { BatchQueue, type Job } from "../core/batchQueue.ts";
import { decideAdmission } from "../core/decideAdmission.ts";
import { refusal } from "../errors.ts";
import type { MinerMetrics } from "../metrics.ts";
import type { ForwardResult, Model, ModelContext } from "../plugin.ts";

export type BatcherOptions = {
  readonly batchContexts: number;
  readonly batchDelayMs: number;
  readonly queuedContexts: number;
  readonly queuedPerCaller: number;
  readonly waitMs: number;
};

export type BatcherModules = {
  readonly model: Model;
  readonly clock: Clock;
  readonly metrics: MinerMetrics;
};

/** A request under way: it answers when its last context has its rows. */
type Pending = {
  readonly rows: Float32Array;
  readonly jobIds: ReadonlySet<number>;
  readonly resolve: (result: ForwardResult) => void;
  readonly reject: (error: unknown) => void;
  modelDigest: Uint8Array | undefined;
  left: number;
};

type Slot = {
  readonly job: Job;
  readonly context: ModelContext;
  readonly request: Pending;
  /** Where the context's rows go, in values. */
  readonly offset: number;
};

const RETRY_MODEL_CHANGED_MS = 10;
/** Weight of the newest forward in the moving average of its speed. */
const SPEED_WEIGHT = 0.2;

/** Turns requests of many callers into forwards of the model, one at a time. */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #modules: BatcherModules;
  readonly #queue: BatchQueue;
  readonly #slots = new Map<number, Slot>();
  #nextId = 0;
  #running: Promise<void> | undefined;
  #runningBytes = 0;
  #msPerByte = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BatcherOptions, modules: BatcherModules) {
    this.#options = options;
    this.#modules = modules;
    this.#queue = new BatchQueue({ maxContexts: options.batchContexts, maxDelayMs: options.batchDelayMs });
  }

  /**
   * Rows of one request's contexts, in order.
   * @param signal aborts when nobody waits for the answer any more
   * @throws GanglionError MINER_QUEUE_FULL | MINER_CALLER_QUEUE_FULL | MINER_WAIT_TOO_LONG | MINER_NO_MODEL |
   *   MINER_MODEL_CHANGED | MINER_BAD_MODEL | MINER_CANCELLED
   */
  forward(
    caller: string,
    contexts: readonly ModelContext[],
    options: { readonly deadlineInMs: number | undefined; readonly signal: AbortSignal },
  ): Promise<ForwardResult> {
    this.#admit(caller, contexts, options.deadlineInMs);
    return new Promise((resolve, reject) => {
      const request = this.#enqueue(caller, contexts, { resolve, reject });
      const abandon = (): void => this.#fail(request, refusal("MINER_CANCELLED"));
      options.signal.addEventListener("abort", abandon, { once: true });
      if (options.signal.aborted) abandon();
      this.#pump();
    });
  }

  /** Waits for what is queued and running. */
  async drain(): Promise<void> {
    while (this.#running !== undefined || this.#queue.size > 0) {
      this.#pump();
      await (this.#running ?? new Promise((resolve) => setTimeout(resolve, this.#options.batchDelayMs)));
    }
  }

  #admit(caller: string, contexts: readonly ModelContext[], deadlineInMs: number | undefined): void {
    const bytes = contexts.reduce((sum, context) => sum + bytesRead(context), 0);
    const admission = decideAdmission(
      { contexts: contexts.length, bytes, deadlineInMs },
      {
        queuedContexts: this.#queue.size,
        queuedByCaller: this.#queue.queuedOf(caller),
        queuedBytes: this.#queue.bytes,
        runningBytes: this.#runningBytes,
        msPerByte: this.#msPerByte,
      },
      this.#options,
    );
    if (admission.kind === "refuse") throw refusal(admission.code, { retryAfterMs: admission.retryAfterMs });
  }

  #enqueue(
    caller: string,
    contexts: readonly ModelContext[],
    settle: Pick<Pending, "resolve" | "reject">,
  ): Pending {
    const rowCount = contexts.reduce((sum, { positions }) => sum + positions.length, 0);
    const enqueuedAtMs = this.#modules.clock.nowMs();
    const jobs = contexts.map((context): Job => {
      const id = this.#nextId++;
      return { id, caller, bytes: bytesRead(context), enqueuedAtMs };
    });
    const request: Pending = {
      ...settle,
      rows: new Float32Array(rowCount * NETWORK_DIM),
      jobIds: new Set(jobs.map(({ id }) => id)),
      modelDigest: undefined,
      left: contexts.length,
    };
    let offset = 0;
    for (const [index, context] of contexts.entries()) {
      const job = jobs[index];
      if (job) this.#slots.set(job.id, { job, context, request, offset });
      offset += context.positions.length * NETWORK_DIM;
    }
    this.#queue.add(jobs);
    this.#modules.metrics.queued(this.#queue.size);
    return request;
  }

  #pump(): void {
    if (this.#running !== undefined) return;
    clearTimeout(this.#timer);
    const nowMs = this.#modules.clock.nowMs();
    const plan = this.#queue.next(nowMs);
    if (plan.kind === "wait") this.#timer = setTimeout(() => this.#pump(), plan.untilMs - nowMs);
    if (plan.kind !== "run") return;
    this.#running = this.#run(plan.jobs).finally(() => {
      this.#running = undefined;
      this.#pump();
    });
  }

  async #run(jobs: readonly Job[]): Promise<void> {
    const { model, clock, metrics } = this.#modules;
    const slots = jobs.flatMap(({ id }) => this.#slots.get(id) ?? []);
    const startMs = clock.nowMs();
    for (const { job } of slots) metrics.queueWait(Math.max(0, startMs - job.enqueuedAtMs));
    metrics.queued(this.#queue.size);
    this.#runningBytes = jobs.reduce((sum, { bytes }) => sum + bytes, 0);
    try {
      const result = await model.forward(slots.map(({ context }) => context));
      const forwardMs = Math.max(0, clock.nowMs() - startMs);
      const rows = slots.reduce((sum, { context }) => sum + context.positions.length, 0);
      assertRows(result, rows);
      metrics.batch({ contexts: slots.length, rows, forwardMs });
      this.#learnSpeed(forwardMs / Math.max(1, this.#runningBytes));
      this.#deliver(slots, result);
    } catch (error) {
      for (const request of new Set(slots.map((slot) => slot.request))) this.#fail(request, error);
    } finally {
      this.#runningBytes = 0;
    }
  }

  #learnSpeed(msPerByte: number): void {
    this.#msPerByte =
      this.#msPerByte === 0 ? msPerByte : this.#msPerByte + SPEED_WEIGHT * (msPerByte - this.#msPerByte);
  }

  #deliver(slots: readonly Slot[], { rows, modelDigest }: ForwardResult): void {
    let from = 0;
    for (const { job, context, request, offset } of slots) {
      const length = context.positions.length * NETWORK_DIM;
      request.rows.set(rows.subarray(from, from + length), offset);
      from += length;
      this.#slots.delete(job.id);
      request.left--;
      request.modelDigest ??= modelDigest;
      if (!sameDigest(request.modelDigest, modelDigest))
        this.#fail(request, refusal("MINER_MODEL_CHANGED", { retryAfterMs: RETRY_MODEL_CHANGED_MS }));
      else if (request.left === 0) request.resolve({ rows: request.rows, modelDigest });
    }
  }

  #fail(request: Pending, error: unknown): void {
    this.#queue.cancel(request.jobIds);
    for (const id of request.jobIds) this.#slots.delete(id);
    request.reject(error);
  }
}

function bytesRead({ positions }: ModelContext): number {
  return (positions.at(-1) ?? 0) + 1;
}

function assertRows({ rows }: ForwardResult, count: number): void {
  if (rows.length !== count * NETWORK_DIM)
    throw new GanglionError("MINER_BAD_MODEL", "the model answered with a wrong number of rows", {
      wanted: count * NETWORK_DIM,
      got: rows.length,
    });
}

function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
