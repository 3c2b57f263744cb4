import { type ChainClient, createChainClient } from "@ganglion/client";
import { bytesToHex, type Logger } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import type { ChainNode } from "./chainNodes.ts";

const ASK_EVERY_MS = 500;
/** Blocks over which the mean time between them is taken. */
const SAMPLES = 20;
const PATIENCE_MS = 400;

export type NodeReport = {
  readonly status: chain.GetStatusResponse;
  readonly blockMs: number | undefined;
};

/** Asks one node for its status again and again, until closed. */
export class NodeObserver {
  readonly name: string;
  readonly client: ChainClient;
  readonly #samples: { readonly height: number; readonly timeMs: number }[] = [];
  readonly #timer: NodeJS.Timeout;
  #status: chain.GetStatusResponse | undefined;
  #answers = false;

  constructor({ name, endpoint }: ChainNode, logger: Logger) {
    this.name = name;
    this.client = createChainClient({ endpoints: [endpoint], patienceMs: PATIENCE_MS }, { logger });
    this.#timer = setInterval(() => void this.#ask(), ASK_EVERY_MS);
    void this.#ask();
  }

  /** Of the last answer; undefined before the first. */
  get report(): NodeReport | undefined {
    return this.#status && { status: this.#status, blockMs: this.#blockMs };
  }

  /** Whether it answered when asked last. */
  get answers(): boolean {
    return this.#answers;
  }

  /** Root of the state after a block, hexadecimal. */
  async rootAt(height: number, signal: AbortSignal): Promise<string> {
    for await (const { stateRoot } of this.client.blocks(height, signal)) return bytesToHex(stateRoot);
    return "";
  }

  close(): void {
    clearInterval(this.#timer);
    this.client.close();
  }

  get #blockMs(): number | undefined {
    const first = this.#samples.at(0);
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.height === first.height) return undefined;
    return (last.timeMs - first.timeMs) / (last.height - first.height);
  }

  async #ask(): Promise<void> {
    try {
      const status = await this.client.status();
      this.#status = status;
      this.#answers = true;
      const { height, timeMs, catchingUp } = status;
      // Before it has caught up its last block is from before it stopped.
      if (!catchingUp && height > (this.#samples.at(-1)?.height ?? 0)) this.#samples.push({ height, timeMs });
      if (this.#samples.length > SAMPLES) this.#samples.shift();
    } catch {
      this.#answers = false;
    }
  }
}
