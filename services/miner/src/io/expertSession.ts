import { openSession, type Session } from "@ganglion/inference";
import { int32Tensor, type Tensor } from "@ganglion/onnx";
import { NETWORK_DIM } from "@ganglion/params";
import { createRandom, InvariantError } from "@ganglion/types";
import { lengthClass } from "../core/batchQueue.ts";
import { planWindows, type Window } from "../core/planWindows.ts";
import { sampleByte } from "../core/sampleByte.ts";
import type { GenerateOptions, ModelContext } from "../plugin.ts";

export type ExpertFiles = {
  /** `ids` [batch, length] and `positions` [batch, asked] -> `representations` [batch, asked, NETWORK_DIM]. */
  readonly forward: Uint8Array | string;
  /** `representations` [rows, NETWORK_DIM] -> `logits` [rows, 256]. */
  readonly head: Uint8Array | string;
  /** Bytes that the model reads at once. */
  readonly window: number;
};

/** One run's windows: padded to one length, with the same number of positions each. */
type Group = {
  readonly windows: { readonly window: Window; readonly row: number }[];
  readonly asked: number;
};

const HEAD = "head";
/** Windows and rows of one run: what keeps its memory in bounds. */
const MAX_WINDOWS = 128;
const MAX_ROWS = 1_024;

/** A trained expert's graphs in a worker of their own. */
export class ExpertSession {
  readonly #session: Session;
  readonly #window: number;

  private constructor(session: Session, window: number) {
    this.#session = session;
    this.#window = window;
  }

  /** @throws GanglionError INFERENCE_BAD_MODEL */
  static async open(files: ExpertFiles, threads: number): Promise<ExpertSession> {
    const session = await openSession({
      model: files.forward,
      companions: { [HEAD]: files.head },
      threads,
      keepMemory: false,
    });
    return new ExpertSession(session, files.window);
  }

  /** Rows [rows, NETWORK_DIM] by contexts, then positions. */
  async forward(contexts: readonly ModelContext[]): Promise<Float32Array> {
    const windows = planWindows(contexts, this.#window);
    const count = windows.reduce((sum, { positions }) => sum + positions.length, 0);
    const rows = new Float32Array(count * NETWORK_DIM);
    const runs = groupWindows(windows).map(async (group) => {
      const result = await this.#session.run(feedsOf(group, contexts), { transfer: true });
      scatter(group, floats(result, "representations"), rows);
    });
    await Promise.all(runs);
    return rows;
  }

  /** One byte a piece, each sampled from the model's own head. */
  async *generate(
    prompt: Uint8Array,
    { maxBytes, temperature, seed }: GenerateOptions,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const random = createRandom(Number(BigInt.asUintN(32, seed)));
    let text = prompt.slice(-this.#window);
    for (let i = 0; i < maxBytes && !signal.aborted; i++) {
      const piece = Uint8Array.of(sampleByte(await this.#nextLogits(text), temperature, random.next()));
      text = Uint8Array.from([...text, ...piece]).slice(-this.#window);
      yield piece;
    }
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  async #nextLogits(text: Uint8Array): Promise<Float32Array> {
    const data = await this.forward([{ text, positions: [text.length - 1] }]);
    const representations: Tensor = { type: "float32", shape: [1, NETWORK_DIM], data };
    return floats(await this.#session.run({ representations }, { graph: HEAD }), "logits");
  }
}

function groupWindows(windows: readonly Window[]): Group[] {
  const open = new Map<string, Group>();
  const groups: Group[] = [];
  let row = 0;
  for (const window of windows) {
    const asked = window.positions.length;
    const key = `${lengthClass(window.end - window.start)} ${asked}`;
    let group = open.get(key);
    if (group === undefined || isFull(group)) {
      group = { windows: [], asked };
      open.set(key, group);
      groups.push(group);
    }
    group.windows.push({ window, row });
    row += asked;
  }
  return groups;
}

function isFull({ windows, asked }: Group): boolean {
  return windows.length >= MAX_WINDOWS || (windows.length + 1) * asked > MAX_ROWS;
}

function feedsOf({ windows, asked }: Group, contexts: readonly ModelContext[]): Record<string, Tensor> {
  const length = windows.reduce((most, { window }) => Math.max(most, window.end - window.start), 0);
  const ids = new Int32Array(windows.length * length);
  const positions = new BigInt64Array(windows.length * asked);
  for (const [index, { window }] of windows.entries()) {
    const text = contexts[window.context]?.text.subarray(window.start, window.end) ?? [];
    ids.set(text, index * length);
    positions.set(window.positions.map(BigInt), index * asked);
  }
  return {
    ids: int32Tensor(ids, [windows.length, length]),
    positions: { type: "int64", shape: [windows.length, asked], data: positions },
  };
}

function scatter({ windows, asked }: Group, from: Float32Array, rows: Float32Array): void {
  const size = asked * NETWORK_DIM;
  for (const [index, { row }] of windows.entries())
    rows.set(from.subarray(index * size, (index + 1) * size), row * NETWORK_DIM);
}

function floats(tensors: Readonly<Record<string, Tensor>>, name: string): Float32Array {
  const data = tensors[name]?.data;
  if (data instanceof Float32Array) return data;
  throw new InvariantError(`an expert's graph must return ${name} as float32: it was built so`);
}
