import { Worker } from "node:worker_threads";
import { GanglionError } from "@ganglion/types";
import { checkFeeds } from "./checkFeeds.ts";
import type { GraphPorts, Reply, Request, TensorRecord, WorkerSetup } from "./protocol.ts";

export type ExecutionProvider = "cpu" | "cuda";

/** An encoded ONNX model, or the path of one. */
export type ModelSource = Uint8Array | string;

export type SessionOptions = {
  readonly model: ModelSource;
  /** More graphs in the same worker that share `state`, run by `run(feeds, { graph: name })`. */
  readonly companions?: Readonly<Record<string, ModelSource>>;
  /** Threads of one run; 1 by default, since several sessions usually share the machine. They never spin. */
  readonly threads?: number;
  /**
   * Keeps working memory between runs: a training step takes a fifth less time and stays at its peak size. False
   * gives it back after each run, for models that rest most of the time. True by default.
   */
  readonly keepMemory?: boolean;
  /** Tried in order; ["cpu"] by default. */
  readonly providers?: readonly ExecutionProvider[];
  /** Inputs that live in the worker, so that a training step moves only its batch. */
  readonly state?: TensorRecord;
  /** Output -> state input that it replaces after each run (`Model.feedback`). Such outputs are not returned. */
  readonly feedback?: Readonly<Record<string, string>>;
  /** Calls that may wait at once before `run` refuses; 1,024 by default. */
  readonly maxQueued?: number;
};

export type RunOptions = {
  /** A name in `companions`; the main model by default. */
  readonly graph?: string;
  /** Hands the feeds' buffers over instead of copying them: they are unusable afterwards. */
  readonly transfer?: boolean;
};

/** A model in a worker thread. Calls run one at a time in the order of the calls. */
export type Session = {
  readonly ports: GraphPorts;
  /** @throws GanglionError INFERENCE_BAD_FEED | INFERENCE_RUN_FAILED | INFERENCE_OVERLOADED | INFERENCE_CLOSED */
  run(feeds: TensorRecord, options?: RunOptions): Promise<TensorRecord>;
  /** Copies of the named state tensors, all by default. */
  readState(names?: readonly string[]): Promise<TensorRecord>;
  /** Replaces state tensors after the calls already made. */
  writeState(tensors: TensorRecord): Promise<void>;
  /** Lets the calls already made finish, frees the model and ends the worker. */
  close(): Promise<void>;
};

const MAIN_GRAPH = "";
const DEFAULT_MAX_QUEUED = 1024;

type Pending = {
  readonly resolve: (tensors: TensorRecord) => void;
  readonly reject: (error: unknown) => void;
};
type UnnumberedRequest = Request extends infer R ? (R extends Request ? Omit<R, "id"> : never) : never;

/**
 * Opens a model in a worker thread of its own: onnxruntime blocks the thread that calls it.
 *
 * @throws GanglionError INFERENCE_BAD_MODEL | INFERENCE_PROVIDER_MISSING | INFERENCE_WORKER_DIED
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const setup: WorkerSetup = {
    graphs: { [MAIN_GRAPH]: options.model, ...options.companions },
    threads: options.threads ?? 1,
    keepMemory: options.keepMemory ?? true,
    providers: options.providers ?? ["cpu"],
    state: options.state ?? {},
    feedback: options.feedback ?? {},
  };
  const worker = new Worker(new URL("./sessionWorker.ts", import.meta.url));
  worker.postMessage(setup);
  try {
    const graphs = await new Promise<Readonly<Record<string, GraphPorts>>>((resolve, reject) => {
      worker.once("error", (error) => reject(died(error)));
      worker.once("exit", () => reject(died(undefined)));
      worker.once("message", (reply: Reply) => {
        if (reply.kind === "ready") resolve(reply.graphs);
        else if (reply.kind === "refused")
          reject(new GanglionError(reply.failure.code, reply.failure.message));
      });
    });
    return new WorkerSession(worker, graphs, setup, options.maxQueued ?? DEFAULT_MAX_QUEUED);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

class WorkerSession implements Session {
  readonly ports: GraphPorts;
  readonly #worker: Worker;
  readonly #graphs: Readonly<Record<string, GraphPorts>>;
  readonly #held: ReadonlySet<string>;
  readonly #maxQueued: number;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #end: GanglionError | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    worker: Worker,
    graphs: Readonly<Record<string, GraphPorts>>,
    setup: WorkerSetup,
    maxQueued: number,
  ) {
    this.ports = graphs[MAIN_GRAPH] ?? { inputs: [], outputs: [] };
    this.#worker = worker;
    this.#graphs = graphs;
    this.#held = new Set(Object.keys(setup.state));
    this.#maxQueued = maxQueued;
    worker.removeAllListeners("message").removeAllListeners("error").removeAllListeners("exit");
    worker.on("message", (reply: Reply) => this.#settle(reply));
    worker.on("error", (error) => this.#fail(died(error)));
    worker.on("exit", () => this.#fail(died(undefined)));
    worker.unref();
  }

  async run(feeds: TensorRecord, options: RunOptions = {}): Promise<TensorRecord> {
    const graph = options.graph ?? MAIN_GRAPH;
    const ports = this.#graphs[graph];
    if (ports === undefined)
      throw new GanglionError("INFERENCE_BAD_FEED", `the session has no graph "${graph}"`);
    checkFeeds(ports, feeds, this.#held);
    if (this.#pending.size >= this.#maxQueued)
      throw new GanglionError("INFERENCE_OVERLOADED", "too many calls wait for this model; retry later", {
        waiting: this.#pending.size,
      });
    const transfer =
      options.transfer === true ? Object.values(feeds).map((tensor) => tensor.data.buffer) : [];
    return await this.#call({ kind: "run", graph, feeds }, transfer as ArrayBuffer[]);
  }

  async readState(names?: readonly string[]): Promise<TensorRecord> {
    return await this.#call({ kind: "readState", names });
  }

  async writeState(tensors: TensorRecord): Promise<void> {
    await this.#call({ kind: "writeState", tensors });
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  async #drain(): Promise<void> {
    if (this.#end !== undefined) return;
    const exited = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()));
    const drained = this.#call({ kind: "close" });
    this.#end = new GanglionError("INFERENCE_CLOSED", "the session is closed");
    await drained;
    this.#worker.ref();
    await exited;
  }

  #call(request: UnnumberedRequest, transfer: ArrayBuffer[] = []): Promise<TensorRecord> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (this.#pending.size === 0) this.#worker.ref();
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id }, transfer);
    });
  }

  #settle(reply: Reply): void {
    if (reply.kind !== "done" && reply.kind !== "failed") return;
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if (reply.kind === "done") pending?.resolve(reply.tensors);
    else pending?.reject(new GanglionError(reply.failure.code, reply.failure.message));
  }

  #fail(error: GanglionError): void {
    this.#end ??= error;
    for (const pending of this.#pending.values()) pending.reject(this.#end);
    this.#pending.clear();
  }
}

function died(cause: unknown): GanglionError {
  return new GanglionError(
    "INFERENCE_WORKER_DIED",
    "the inference worker ended unexpectedly; open the model again",
    {},
    {
      cause,
    },
  );
}
