import type { Logger } from "@ganglion/types";
import type { ChainClient } from "./chainClient.ts";

export type WorkSolution = { readonly height: number; readonly nonce: bigint };

export type SolveWorkOptions = {
  readonly client: ChainClient;
  readonly hotkey: Uint8Array;
  readonly signal: AbortSignal;
  /** Hashes a second since the last call, about once a second. */
  readonly onProgress?: (hashesPerSecond: number) => void;
};

export type SolveWorkModules = { readonly logger: Logger };
