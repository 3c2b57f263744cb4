import { GanglionError } from "@ganglion/types";
import type { ChainClient, ChainClientModules, ChainClientOptions } from "./chainClient.ts";

/** Opens no connection before the first call. */
export function createChainClient(_options: ChainClientOptions, _modules: ChainClientModules): ChainClient {
  throw new GanglionError("CLIENT_NOT_READY", "the client is being written");
}
