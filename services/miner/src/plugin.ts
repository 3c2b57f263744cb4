import type { Logger } from "@ganglion/types";

/** One context and the positions (index of its last byte read, ascending) that are asked of it. */
export type ModelContext = {
  readonly text: Uint8Array;
  /** Never empty: LAST arrives as `[text.length - 1]`. */
  readonly positions: readonly number[];
};

/** Facts about a model; the miner signs them as its card. */
export type ModelFacts = {
  readonly name: string;
  readonly parameterCount: number;
  /** 32 bytes that change whenever answers do. */
  readonly modelDigest: Uint8Array;
  /** 32 bytes, or none where unknown. */
  readonly dataDigest: Uint8Array;
  /** Held-out bits per byte that the owner declares; 0 where unknown. */
  readonly bitsPerByte: number;
  readonly license: string;
  readonly trainedSteps: number;
};

/** What one forward answers: rows by contexts, then positions. */
export type ForwardResult = {
  /** Row-major [rows, NETWORK_DIM] float32. */
  readonly rows: Float32Array;
  /** Digest of the model that answered. */
  readonly modelDigest: Uint8Array;
};

export type GenerateOptions = {
  readonly maxBytes: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly seed: bigint;
};

/** A model that a plug-in loaded. Its methods may be called at the same time; `close` waits for those under way. */
export type Model = {
  /** The present model, or undefined while there is none yet. */
  readonly describe: () => ModelFacts | undefined;
  /** Why there is no model yet, for people. */
  readonly waitingFor: () => string | undefined;
  /**
   * A representation may depend only on the text up to its position.
   * @throws GanglionError MINER_NO_MODEL while there is none
   */
  readonly forward: (contexts: readonly ModelContext[]) => Promise<ForwardResult>;
  /** Continuation in pieces of one byte or more, `maxBytes` at most. */
  readonly generate: (
    prompt: Uint8Array,
    options: GenerateOptions,
    signal: AbortSignal,
  ) => AsyncIterable<Uint8Array>;
  readonly close: () => Promise<void>;
};

/** What the miner lends to a plug-in. */
export type PluginHost = {
  readonly logger: Logger;
  /** The plug-in's own folder; exists. */
  readonly stateDir: string;
  /** 32 bits that seed all that the plug-in draws; the same for the same hotkey. */
  readonly seed: number;
  /** To be called when `describe` would answer otherwise than before. */
  readonly changed: () => void;
};

/** A plug-in is an ES module that exports `load`. */
export type Plugin = {
  readonly load: (options: Readonly<Record<string, unknown>>, host: PluginHost) => Promise<Model>;
};
