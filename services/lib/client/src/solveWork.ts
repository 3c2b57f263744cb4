import { Worker } from "node:worker_threads";
import {
  GanglionError,
  InvariantError,
  type Logger,
  meetsDifficulty,
  workMessage,
  workSeal,
} from "@ganglion/types";
import type { ChainClient } from "./chainClient.ts";
import { pause } from "./pause.ts";
import type { WorkSearchInput } from "./workSearch.ts";
import type { WorkMessage } from "./workWorker.ts";

export type WorkSolution = { readonly height: number; readonly nonce: bigint };

export type SolveWorkOptions = {
  readonly client: ChainClient;
  readonly hotkey: Uint8Array;
  readonly signal: AbortSignal;
  /** Hashes a second, told every fifth of a second or so. */
  readonly onProgress?: (hashesPerSecond: number) => void;
};

export type SolveWorkModules = { readonly logger: Logger };

type Puzzle = { readonly height: number; readonly blockHash: Uint8Array; readonly difficulty: bigint };

/**
 * Finds a proof of work for a registration in a thread of its own. Starts over on a newer block before the present
 * one is too old, and when the difficulty changed. Resolves with the height and nonce of the `work` proof.
 * @throws GanglionError CLIENT_ABORTED when the signal ended it
 */
export async function solveWork(
  { client, hotkey, signal, onProgress }: SolveWorkOptions,
  { logger }: SolveWorkModules,
): Promise<WorkSolution> {
  const genesisHash = await client.genesisHash({ signal });
  for (;;) {
    const puzzle = await newestPuzzle(client, signal);
    const stale = new AbortController();
    const message = workMessage({ genesisHash, blockHash: puzzle.blockHash, nonce: 0n, hotkey });
    const watch = endWhenStale(client, puzzle, stale, signal);
    const nonce = await searchInWorker(
      { message, difficulty: puzzle.difficulty, startNonce: 0n },
      AbortSignal.any([signal, stale.signal]),
      onProgress,
    ).finally(() => stale.abort());
    await watch;
    if (signal.aborted) throw new GanglionError("CLIENT_ABORTED", "the search for work was stopped");
    if (nonce === undefined) {
      logger.debug("work starts over on a newer block", { height: puzzle.height });
      continue;
    }
    const seal = workSeal({ genesisHash, blockHash: puzzle.blockHash, nonce, hotkey });
    if (!meetsDifficulty(seal, puzzle.difficulty)) throw new InvariantError("the worker's hash differs");
    return { height: puzzle.height, nonce };
  }
}

async function newestPuzzle(client: ChainClient, signal: AbortSignal): Promise<Puzzle> {
  const [status, params] = await Promise.all([client.status({ signal }), client.params({ signal })]);
  return { height: status.height, blockHash: status.blockHash, difficulty: params.difficulty };
}

/** Aborts `stale` when the block is two thirds of its valid age or the difficulty is another. */
async function endWhenStale(
  client: ChainClient,
  puzzle: Puzzle,
  stale: AbortController,
  signal: AbortSignal,
): Promise<void> {
  const ended = AbortSignal.any([signal, stale.signal]);
  while (!ended.aborted) {
    try {
      const [status, params] = await Promise.all([
        client.status({ signal: ended }),
        client.params({ signal: ended }),
      ]);
      const age = status.height - puzzle.height;
      const tooOld = age * 3 >= params.protocol.workValidBlocks * 2;
      if (tooOld || params.difficulty > puzzle.difficulty) return stale.abort();
      await pause(Math.max(200, params.protocol.blockTargetMs), ended);
    } catch (error) {
      if (!ended.aborted) stale.abort(error);
    }
  }
}

async function searchInWorker(
  input: WorkSearchInput,
  signal: AbortSignal,
  onProgress: SolveWorkOptions["onProgress"],
): Promise<bigint | undefined> {
  const worker = new Worker(new URL("./workWorker.ts", import.meta.url), { workerData: input });
  const startedAt = performance.now();
  let hashes = 0;
  const answer = new Promise<bigint | undefined>((resolve, reject) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
    if (signal.aborted) resolve(undefined);
    worker.on("error", reject);
    worker.on("message", (message: WorkMessage) => {
      if (message.kind === "found") return resolve(message.nonce);
      hashes += message.hashes;
      onProgress?.((hashes * 1_000) / (performance.now() - startedAt));
    });
  });
  try {
    return await answer;
  } finally {
    await worker.terminate();
  }
}
