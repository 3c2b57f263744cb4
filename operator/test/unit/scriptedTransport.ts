import type { JsonStream, KubeRequest, Transport } from "../../src/controllerkit/index.ts";

type Step = () => Promise<IteratorResult<readonly unknown[]>>;

/** A watch that the test speaks into. */
export class ScriptedStream implements JsonStream {
  readonly batches: AsyncIterator<readonly unknown[]>;
  closed = false;
  readonly #waiting: ((step: Step) => void)[] = [];
  readonly #steps: Step[] = [];

  constructor(signal: AbortSignal | undefined) {
    this.batches = { next: () => this.#next() };
    signal?.addEventListener("abort", () => this.#push(() => Promise.reject(new Error("aborted"))));
  }

  say(...lines: readonly unknown[]): void {
    this.#push(() => Promise.resolve({ done: false, value: lines }));
  }

  end(): void {
    this.#push(() => Promise.resolve({ done: true, value: undefined }));
  }

  fail(error: Error): void {
    this.#push(() => Promise.reject(error));
  }

  close = (): void => {
    this.closed = true;
  };

  #push(step: Step): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#steps.push(step);
    else waiter(step);
  }

  async #next(): Promise<IteratorResult<readonly unknown[]>> {
    const step = this.#steps.shift() ?? (await new Promise<Step>((resolve) => this.#waiting.push(resolve)));
    return await step();
  }
}

/** Answers requests by a function of the test, and records them. */
export class ScriptedTransport implements Transport {
  readonly requests: KubeRequest[] = [];
  readonly streams: { readonly request: KubeRequest; readonly stream: ScriptedStream }[] = [];
  answer: (request: KubeRequest) => unknown = () => ({});
  /** Undefined accepts the watch. */
  refuse: (request: KubeRequest) => Error | undefined = () => undefined;

  request = async (request: KubeRequest): Promise<unknown> => {
    this.requests.push(request);
    return await Promise.resolve(this.answer(request));
  };

  stream = async (request: KubeRequest): Promise<JsonStream> => {
    const error = this.refuse(request);
    if (error !== undefined) throw error;
    const stream = new ScriptedStream(request.signal);
    this.streams.push({ request, stream });
    return await Promise.resolve(stream);
  };

  close = (): Promise<void> => Promise.resolve();

  /** The newest watch. */
  get watch(): ScriptedStream {
    const last = this.streams.at(-1);
    if (last === undefined) throw new Error("no watch was opened");
    return last.stream;
  }
}
