import type { ChainClient } from "@ganglion/client";
import type { Signer } from "@ganglion/keys";
import { WEIGHTS_VERSION } from "@ganglion/params";
import {
  asEpochIndex,
  errorCode,
  errorMessage,
  type Logger,
  saltFromSignature,
  saltMessage,
  type WeightRow,
  weightCommitment,
} from "@ganglion/types";
import { type CommitAction, type EpochRules, planCommits } from "./core/commit.ts";
import type { CommitStore, WeightCommit } from "./io/commitStore.ts";

export type WeightSubmitterModules = {
  readonly client: Pick<ChainClient, "submit">;
  readonly signer: Signer;
  readonly store: CommitStore;
  readonly logger: Logger;
  /** What would be committed now. */
  readonly currentRows: () => readonly WeightRow[];
  /** As they are now: votes change them. */
  readonly rules: () => EpochRules;
  /** Told of each transaction: what it was and how it ended. */
  readonly onSubmit?: (kind: "commit" | "reveal", code: string) => void;
};

/** Refusals that no retry in the same epoch can change: it is done already, or what was promised is another row. */
const FINAL: Readonly<Record<"commit" | "reveal", readonly string[]>> = {
  commit: ["WEIGHTS_ALREADY_COMMITTED"],
  reveal: ["WEIGHTS_NO_COMMIT", "WEIGHTS_WRONG_COMMITMENT", "WEIGHTS_OLD_VERSION"],
};

/** Commits each epoch's rows and reveals them later; what it promised survives a kill. */
export class WeightSubmitter {
  readonly #genesisHash: Uint8Array;
  readonly #modules: WeightSubmitterModules;
  #busy = false;

  constructor(genesisHash: Uint8Array, modules: WeightSubmitterModules) {
    this.#genesisHash = genesisHash;
    this.#modules = modules;
  }

  /** Does what is due after the block of this height; one call at a time, others return at once. */
  async advance(height: number, signal: AbortSignal): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const { store, currentRows, rules } = this.#modules;
      const rows = currentRows();
      for (const action of planCommits(height, rules(), store.commits, rows.length > 0))
        await this.#act(action, rows, signal);
    } finally {
      this.#busy = false;
    }
  }

  async #act(action: CommitAction, rows: readonly WeightRow[], signal: AbortSignal): Promise<void> {
    const { store } = this.#modules;
    const known = store.commits.find(({ epoch }) => epoch === action.epoch);
    switch (action.kind) {
      case "forget":
        return await store.forget(action.epoch);
      case "create": {
        const commit: WeightCommit = {
          epoch: action.epoch,
          status: "stored",
          rows,
          version: WEIGHTS_VERSION,
        };
        await store.put(commit);
        return await this.#commit(commit, signal);
      }
      case "commit":
        return known && (await this.#commit(known, signal));
      case "reveal":
        return known && (await this.#reveal(known, signal));
    }
  }

  async #commit(commit: WeightCommit, signal: AbortSignal): Promise<void> {
    const { epoch, rows, version } = commit;
    const { publicKey } = this.#modules.signer;
    const commitment = weightCommitment({
      genesisHash: this.#genesisHash,
      hotkey: publicKey,
      epoch,
      rows,
      salt: this.#salt(epoch),
      version,
    });
    const action = { kind: "commitWeights", epoch: asEpochIndex(epoch), commitment } as const;
    if (await this.#submit("commit", action, signal))
      await this.#modules.store.put({ ...commit, status: "committed" });
  }

  async #reveal(commit: WeightCommit, signal: AbortSignal): Promise<void> {
    const { epoch, rows, version } = commit;
    const action = {
      kind: "revealWeights",
      epoch: asEpochIndex(epoch),
      rows,
      salt: this.#salt(epoch),
      version,
    } as const;
    if (await this.#submit("reveal", action, signal))
      await this.#modules.store.put({ ...commit, status: "revealed" });
  }

  /** The same after a restart: ed25519 signatures are deterministic (rule WEIGHT). */
  #salt(epoch: number): Uint8Array {
    return saltFromSignature(this.#modules.signer.sign(saltMessage(this.#genesisHash, epoch)));
  }

  /** @returns whether there is nothing more to do for it; false is tried again after the next block */
  async #submit(
    kind: "commit" | "reveal",
    action: Parameters<ChainClient["submit"]>[0],
    signal: AbortSignal,
  ): Promise<boolean> {
    const { client, signer, logger, onSubmit } = this.#modules;
    try {
      const { height } = await client.submit(action, [signer], { signal });
      logger.info("weights submitted", { kind, height });
      onSubmit?.(kind, "OK");
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const code = errorCode(error);
      onSubmit?.(kind, code);
      logger.warn("weights were not taken", { kind, code, error: errorMessage(error) });
      return FINAL[kind].includes(code);
    }
  }
}
