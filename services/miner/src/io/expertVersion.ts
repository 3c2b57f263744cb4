import { GanglionError } from "@ganglion/types";
import type { GenerateOptions, ModelContext, ModelFacts } from "../plugin.ts";

/** One version of a trained expert, loaded. */
export type ExpertVersion = {
  readonly id: string;
  readonly facts: ModelFacts;
  /** Rows [rows, NETWORK_DIM] by contexts, then positions. */
  readonly forward: (contexts: readonly ModelContext[]) => Promise<Float32Array>;
  readonly generate: (
    prompt: Uint8Array,
    options: GenerateOptions,
    signal: AbortSignal,
  ) => AsyncIterable<Uint8Array>;
  readonly close: () => Promise<void>;
};

/** The newest version in a model directory; undefined while there is none. */
export function findExpertVersion(_modelDir: string): Promise<string | undefined> {
  return Promise.resolve(undefined);
}

/** @throws GanglionError MINER_BAD_MODEL */
export function openExpertVersion(modelDir: string, id: string, _threads: number): Promise<ExpertVersion> {
  return Promise.reject(new GanglionError("MINER_BAD_MODEL", `cannot open ${id} of ${modelDir} yet`));
}
