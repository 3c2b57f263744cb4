import { setImmediate } from "node:timers/promises";
import { encodeStateChunks, type LedgerState, readHead } from "@ganglion/ledger";
import type { SnapshotOffer } from "../../engine/cometbft/snapshotSource.ts";
import type { SnapshotFolder } from "./snapshotFolder.ts";

/** Writes a state chunk by chunk; between them this thread is free for blocks. Undefined: the signal ended it. */
export async function takeSnapshot(
  state: LedgerState,
  folder: SnapshotFolder,
  signal: AbortSignal,
): Promise<SnapshotOffer | undefined> {
  const writer = folder.writer(readHead(state).height);
  for (const chunk of encodeStateChunks(state)) {
    await writer.add(chunk);
    await setImmediate();
    if (signal.aborted) return undefined;
  }
  return writer.finish();
}
