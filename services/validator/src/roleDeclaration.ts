import type { ChainClient } from "@ganglion/client";
import type { Signer } from "@ganglion/keys";
import { errorCode, errorMessage, type Logger } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import { needsServe, type PublishedAddress } from "./core/planServe.ts";

/** A validator has no model card. */
const NO_MODEL = new Uint8Array(32);
const PROTOCOL_VERSION = 1;

/** Tells the ledger once that this hotkey validates (rule WEIGHT), and where it answers if it does. */
export class RoleDeclaration {
  readonly #client: Pick<ChainClient, "submit">;
  readonly #signer: Signer;
  readonly #address: PublishedAddress | undefined;
  readonly #logger: Logger;
  #busy = false;
  #warned = "";

  constructor(
    client: Pick<ChainClient, "submit">,
    signer: Signer,
    address: PublishedAddress | undefined,
    logger: Logger,
  ) {
    this.#client = client;
    this.#signer = signer;
    this.#address = address;
    this.#logger = logger;
  }

  /** Does what is due; one call at a time, others return at once. A refusal is tried again with the next block. */
  async advance(metagraph: chain.Metagraph, signal: AbortSignal): Promise<void> {
    if (this.#busy) return;
    const need = needsServe(metagraph, this.#signer.publicKey, this.#address);
    if (need === "done") return;
    if (need === "unregistered") {
      this.#warnOnce("this hotkey has no slot: register it; until then its weights do not count", need);
      return;
    }
    this.#busy = true;
    try {
      await this.#declare(signal);
    } catch (error) {
      if (!signal.aborted) this.#warnOnce(errorMessage(error), errorCode(error));
    } finally {
      this.#busy = false;
    }
  }

  async #declare(signal: AbortSignal): Promise<void> {
    const { host, port } = this.#address ?? { host: "", port: 0 };
    const action = {
      kind: "serve",
      role: "validator",
      host,
      port,
      modelDigest: NO_MODEL,
      version: PROTOCOL_VERSION,
    } as const;
    await this.#client.submit(action, [this.#signer], { signal });
    this.#logger.info("declared as validator", { host, port });
  }

  #warnOnce(message: string, code: string): void {
    if (this.#warned === code) return;
    this.#warned = code;
    this.#logger.warn("the ledger does not list this validator yet", { code, error: message });
  }
}
