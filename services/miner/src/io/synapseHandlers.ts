import { NETWORK_DIM } from "@ganglion/params";
import { type CallSlots, createCallSlots, type SignedCall } from "@ganglion/runtime/grpc";
import { bytesToHex, type Clock, errorCode, GanglionError } from "@ganglion/types";
import { encodeFloat16, type synapse } from "@ganglion/wire";
import { refusal } from "../errors.ts";
import type { MinerMetrics } from "../metrics.ts";
import type { Model } from "../plugin.ts";
import type { Batcher } from "./batcher.ts";
import type { SignedCard } from "./modelCard.ts";
import { readFeedback, readForward, readGenerate } from "./readRequest.ts";

export type HandlerOptions = {
  /** In all; a quarter of them, one at least, are one caller's at most. */
  readonly generateStreams: number;
};

export type HandlerModules = {
  readonly model: Model;
  readonly batcher: Batcher;
  readonly clock: Clock;
  readonly metrics: MinerMetrics;
  /** The present model's signed card; undefined while there is none. */
  readonly card: () => SignedCard | undefined;
};

const RETRY_NO_MODEL_MS = 2_000;
/** Context bytes that cost a caller as much as 1 KiB of reply. */
const CONTEXT_BYTES_PER_UNIT = 32;
/** Each byte is a forward of its own. */
const UNITS_PER_GENERATED_BYTE = 4;

/** What the synapse service does with each request, apart from transport; refusals are coded errors. */
export class SynapseHandlers {
  readonly #modules: HandlerModules;
  readonly #streams: CallSlots;

  constructor(options: HandlerOptions, modules: HandlerModules) {
    this.#modules = modules;
    this.#streams = createCallSlots(options.generateStreams);
  }

  async forward(request: synapse.ForwardRequest, call: SignedCall): Promise<synapse.ForwardResponse> {
    return await this.#counted("Forward", async () => {
      this.#requireModel();
      const contexts = readForward(request);
      call.charge(contexts.reduce((sum, { text }) => sum + text.length, 0) / CONTEXT_BYTES_PER_UNIT);
      const { rows, modelDigest } = await this.#modules.batcher.forward(bytesToHex(call.caller), contexts, {
        deadlineInMs: Number.isFinite(call.deadlineMs)
          ? call.deadlineMs - this.#modules.clock.nowMs()
          : undefined,
        signal: call.signal,
      });
      return {
        representations: encodeRows(rows),
        rows: rows.length / NETWORK_DIM,
        networkDim: NETWORK_DIM,
        modelDigest,
      };
    });
  }

  async feedback(request: synapse.FeedbackRequest): Promise<synapse.FeedbackResponse> {
    return await this.#counted("Feedback", () => {
      const accepted = readFeedback(request);
      this.#modules.metrics.feedback(accepted);
      return { accepted };
    });
  }

  async *generate(
    request: synapse.GenerateRequest,
    call: SignedCall,
  ): AsyncGenerator<synapse.GenerateResponse> {
    const { options, release } = await this.#counted("Generate", () => {
      this.#requireModel();
      return { options: readGenerate(request), release: this.#streams.take(call.caller) };
    });
    try {
      const pieces = this.#modules.model.generate(request.prompt, options, call.signal);
      for await (const text of upTo(options.maxBytes, pieces)) {
        call.charge(text.length * UNITS_PER_GENERATED_BYTE);
        this.#modules.metrics.generated(text.length);
        yield { text };
      }
    } finally {
      release();
    }
  }

  async describe(): Promise<synapse.DescribeResponse> {
    return await this.#counted("Describe", () => {
      const { card, signature } = this.#requireCard();
      return { card, signature };
    });
  }

  #requireModel(): void {
    if (this.#modules.model.describe() === undefined)
      throw refusal("MINER_NO_MODEL", { retryAfterMs: RETRY_NO_MODEL_MS });
  }

  #requireCard(): SignedCard {
    const card = this.#modules.card();
    if (card === undefined) throw refusal("MINER_NO_MODEL", { retryAfterMs: RETRY_NO_MODEL_MS });
    return card;
  }

  async #counted<T>(method: string, handle: () => T | Promise<T>): Promise<T> {
    this.#modules.metrics.request(method);
    try {
      return await handle();
    } catch (error) {
      this.#modules.metrics.refusal(errorCode(error));
      throw error;
    }
  }
}

/** A plug-in that says too much is cut off. */
async function* upTo(maxBytes: number, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = maxBytes;
  for await (const piece of pieces) {
    const text = piece.subarray(0, left);
    left -= text.length;
    yield text;
    if (left === 0) return;
  }
}

/** Nothing that would hurt the caller's mathematics leaves this miner. */
function encodeRows(rows: Float32Array): Uint8Array {
  try {
    return encodeFloat16(rows);
  } catch (cause) {
    throw new GanglionError(
      "MINER_BAD_MODEL",
      "the model's answer is not finite or out of range",
      {},
      { cause },
    );
  }
}
