import type { LedgerState } from "@ganglion/ledger";
import { errorCode, errorMessage, type Logger } from "@ganglion/types";
import type { CommitBell } from "../../engine/commitBell.ts";
import type { SnapshotFolder } from "./snapshotFolder.ts";
import { takeSnapshot } from "./takeSnapshot.ts";

export type SnapshotTakerModules = {
  readonly folder: SnapshotFolder;
  readonly bell: CommitBell;
  /** As of the last commit. */
  readonly state: () => LedgerState;
  readonly logger: Logger;
};

/** Takes a snapshot at each multiple of so many blocks, unless it is still at the one before; blocks never wait for it. */
export class SnapshotTaker {
  readonly #everyBlocks: number;
  readonly #modules: SnapshotTakerModules;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(everyBlocks: number, modules: SnapshotTakerModules) {
    this.#everyBlocks = everyBlocks;
    this.#modules = modules;
  }

  start(): void {
    this.#running = this.#run(this.#stop.signal);
  }

  /** Ends one that is under way. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { bell } = this.#modules;
    while (!signal.aborted) {
      const height = bell.committedHeight;
      if (height > 0 && height % this.#everyBlocks === 0) await this.#take(height, signal);
      await bell.wait(height, signal);
    }
  }

  /** A snapshot that fails is no reason to stop: the ledger itself is safe. */
  async #take(height: number, signal: AbortSignal): Promise<void> {
    const { folder, state, logger } = this.#modules;
    if (folder.list().some((offer) => offer.height === height)) return;
    const startedAt = performance.now();
    try {
      const offer = await takeSnapshot(state(), folder, signal);
      const seconds = (performance.now() - startedAt) / 1_000;
      if (offer !== undefined) logger.info("snapshot taken", { height, chunks: offer.chunks, seconds });
    } catch (error) {
      logger.error("no snapshot was taken", { height, code: errorCode(error), error: errorMessage(error) });
    }
  }
}
