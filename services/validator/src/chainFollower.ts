import type { ChainClient } from "@ganglion/client";
import type { chain } from "@ganglion/wire";

/** The ledger as last seen, kept current until the signal aborts. */
export class ChainFollower {
  readonly #client: Pick<ChainClient, "watchMetagraph" | "blocks">;
  #metagraph: chain.Metagraph;
  #height: number;

  constructor(client: Pick<ChainClient, "watchMetagraph" | "blocks">, metagraph: chain.Metagraph) {
    this.#client = client;
    this.#metagraph = metagraph;
    this.#height = metagraph.height;
  }

  get metagraph(): chain.Metagraph {
    return this.#metagraph;
  }

  get height(): number {
    return this.#height;
  }

  /** @param onBlock told of each height, in order, as it is committed */
  async run(onBlock: (height: number) => void, signal: AbortSignal): Promise<void> {
    await Promise.all([this.#followMetagraph(signal), this.#followBlocks(onBlock, signal)]);
  }

  async #followMetagraph(signal: AbortSignal): Promise<void> {
    for await (const metagraph of this.#client.watchMetagraph(signal)) this.#metagraph = metagraph;
  }

  async #followBlocks(onBlock: (height: number) => void, signal: AbortSignal): Promise<void> {
    for await (const { height } of this.#client.blocks(this.#height + 1, signal)) {
      this.#height = height;
      onBlock(height);
    }
  }
}
