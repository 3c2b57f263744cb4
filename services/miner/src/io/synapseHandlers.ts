import { NETWORK_DIM } from "@ganglion/params";
import { bytesToHex, errorCode, type Hotkey } from "@ganglion/types";
import { encodeFloat16, type synapse } from "@ganglion/wire";
import { mayCall } from "../core/mayCall.ts";
import { refusal } from "../errors.ts";
import type { MinerMetrics } from "../metrics.ts";
import type { Model } from "../plugin.ts";
import type { Batcher } from "./batcher.ts";
import type { LedgerView } from "./ledgerView.ts";
import type { SignedCard } from "./modelCard.ts";
import { readFeedback, readForward, readGenerate } from "./readRequest.ts";

export type HandlerOptions = { readonly generateStreams: number; readonly callerStakeSpikes: bigint };

export type HandlerModules = {
  readonly model: Model;
  readonly batcher: Batcher;
  readonly ledger: LedgerView;
  readonly metrics: MinerMetrics;
  /** The present model's signed card; undefined while there is none. */
  readonly card: () => SignedCard | undefined;
};

/** Who asks, and until when. */
export type CallFacts = {
  readonly caller: Hotkey;
  readonly deadlineInMs: number | undefined;
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal;
};

const RETRY_STALE_MS = 1_000;
const RETRY_NO_MODEL_MS = 2_000;
const RETRY_DRAINING_MS = 500;
const RETRY_STREAMS_MS = 1_000;

/** What the synapse service does with each request, apart from transport; refusals are coded errors. */
export class SynapseHandlers {
  readonly #options: HandlerOptions;
  readonly #modules: HandlerModules;
  #streams = 0;
  #draining = false;

  constructor(options: HandlerOptions, modules: HandlerModules) {
    this.#options = options;
    this.#modules = modules;
  }

  /** From now on every request is refused. */
  drain(): void {
    this.#draining = true;
  }

  async forward(request: synapse.ForwardRequest, call: CallFacts): Promise<synapse.ForwardResponse> {
    return await this.#counted("Forward", async () => {
      this.#admit(call.caller);
      this.#requireModel();
      const contexts = readForward(request);
      const { rows, modelDigest } = await this.#modules.batcher.forward(
        bytesToHex(call.caller),
        contexts,
        call,
      );
      return {
        representations: encodeFloat16(rows),
        rows: rows.length / NETWORK_DIM,
        networkDim: NETWORK_DIM,
        modelDigest,
      };
    });
  }

  async feedback(request: synapse.FeedbackRequest, call: CallFacts): Promise<synapse.FeedbackResponse> {
    return await this.#counted("Feedback", () => {
      this.#admit(call.caller);
      const accepted = readFeedback(request);
      this.#modules.metrics.feedback(accepted);
      return { accepted };
    });
  }

  async *generate(
    request: synapse.GenerateRequest,
    call: CallFacts,
  ): AsyncGenerator<synapse.GenerateResponse> {
    const options = await this.#counted("Generate", () => {
      this.#admit(call.caller);
      this.#requireModel();
      if (this.#streams >= this.#options.generateStreams)
        throw refusal("MINER_STREAMS_FULL", { retryAfterMs: RETRY_STREAMS_MS });
      return readGenerate(request);
    });
    this.#streams++;
    try {
      yield* this.#bounded(
        this.#modules.model.generate(request.prompt, options, call.signal),
        options.maxBytes,
      );
    } finally {
      this.#streams--;
    }
  }

  async describe(call: CallFacts): Promise<synapse.DescribeResponse> {
    return await this.#counted("Describe", () => {
      this.#admit(call.caller);
      const { card, signature } = this.#requireCard();
      return { card, signature };
    });
  }

  /** A plug-in that says too much is cut off. */
  async *#bounded(
    pieces: AsyncIterable<Uint8Array>,
    maxBytes: number,
  ): AsyncGenerator<synapse.GenerateResponse> {
    let left = maxBytes;
    for await (const piece of pieces) {
      const text = piece.subarray(0, left);
      left -= text.length;
      this.#modules.metrics.generated(text.length);
      yield { text };
      if (left === 0) return;
    }
  }

  #admit(caller: Hotkey): void {
    const { ledger } = this.#modules;
    if (this.#draining) throw refusal("MINER_DRAINING", { retryAfterMs: RETRY_DRAINING_MS });
    if (ledger.metagraph === undefined) throw refusal("MINER_CHAIN_STALE", { retryAfterMs: RETRY_STALE_MS });
    const neuron = ledger.neuronOf(caller);
    const view = neuron && { permit: neuron.permit, bootstrap: neuron.bootstrap, stakeSpikes: neuron.stake };
    if (!mayCall(view, this.#options.callerStakeSpikes)) throw refusal("MINER_CALLER_NOT_ALLOWED");
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
