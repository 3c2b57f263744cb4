import type { ChainClient } from "@ganglion/client";
import { type ProtocolParams, WEIGHTS_VERSION } from "@ganglion/params";
import { errorMessage, type Logger } from "@ganglion/types";
import { epochOf } from "./core/commit.ts";

export type ParamsFollowerModules = {
  readonly client: Pick<ChainClient, "params">;
  readonly logger: Logger;
  /** Told after each reading whether the ledger refuses weights of this program's version. */
  readonly onRead?: (outdated: boolean) => void;
};

/** The ledger's parameters as last read; a vote or an upgrade changes them between two epochs (rule GOV-5). */
export class ParamsFollower {
  readonly #modules: ParamsFollowerModules;
  #protocol: ProtocolParams;
  #readIn: number | undefined;
  #busy = false;
  #complainedOf = WEIGHTS_VERSION;

  /** @param protocol as read at the start */
  constructor(protocol: ProtocolParams, modules: ParamsFollowerModules) {
    this.#protocol = protocol;
    this.#modules = modules;
  }

  get protocol(): ProtocolParams {
    return this.#protocol;
  }

  /** Reads them once an epoch, before its first block; a failure is tried again after the next block. */
  async advance(height: number, signal: AbortSignal): Promise<void> {
    const epoch = epochOf(height + 1, this.#protocol);
    if (this.#busy || this.#readIn === epoch) return;
    this.#busy = true;
    try {
      const { protocol } = await this.#modules.client.params({ signal });
      this.#protocol = protocol;
      this.#readIn = epochOf(height + 1, protocol);
      this.#checkVersion(protocol.weightsVersion);
    } catch (error) {
      if (!signal.aborted)
        this.#modules.logger.warn("could not read the ledger's parameters", { error: errorMessage(error) });
    } finally {
      this.#busy = false;
    }
  }

  #checkVersion(needed: number): void {
    const outdated = needed > WEIGHTS_VERSION;
    this.#modules.onRead?.(outdated);
    if (!outdated || needed === this.#complainedOf) return;
    this.#complainedOf = needed;
    this.#modules.logger.error(
      "this validator is too old: the ledger refuses its weights and pays it nothing; update it and start it again",
      { weightsVersion: WEIGHTS_VERSION, needed },
    );
  }
}
