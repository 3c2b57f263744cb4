import { parentPort, workerData } from "node:worker_threads";
import { WorkSearch, type WorkSearchInput } from "./workSearch.ts";

/** Hashes between two looks at the clock: about a fifth of a second. */
const BATCH = 200_000;

/** What the worker tells: hashes done since the last message, and the nonce once found. */
export type WorkMessage =
  | { readonly kind: "tried"; readonly hashes: number }
  | { readonly kind: "found"; readonly nonce: bigint };

const port = parentPort;
if (port !== null) search(workerData as WorkSearchInput, (message) => port.postMessage(message));

/** Ends when found or when the thread is terminated: it shares nothing with anyone. */
function search(input: WorkSearchInput, tell: (message: WorkMessage) => void): void {
  const work = new WorkSearch(input);
  for (;;) {
    const nonce = work.run(BATCH);
    if (nonce !== undefined) {
      tell({ kind: "found", nonce });
      return;
    }
    tell({ kind: "tried", hashes: BATCH });
  }
}
