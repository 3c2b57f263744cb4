import type { Signer } from "@ganglion/keys";
import type { GenesisDoc } from "@ganglion/ledger";
import type { Clock, Logger } from "@ganglion/types";
import { GanglionError } from "@ganglion/types";
import type { Registry } from "prom-client";
import type { ChainConfig } from "./config.ts";

/** A chain's configuration with its files read. */
export type ChainOptions = Omit<ChainConfig, "genesisFile" | "consensusKeyFile" | "passwordFile"> & {
  readonly genesis: GenesisDoc;
  readonly consensusSigner: Signer;
};

export type ChainModules = {
  readonly logger: Logger;
  /** Default: the system's. */
  readonly clock?: Clock;
  readonly register?: Registry;
};

export type ChainHandle = {
  /** "host:port" where the query API listens. */
  readonly endpoint: string;
  readonly port: number;
  readonly genesisHash: Uint8Array;
  /** Resolves when the chain stopped by itself because of a fault; rejects never. */
  readonly stopped: Promise<Error | undefined>;
  readonly close: () => Promise<void>;
};

/** Opens the store, replays what it must, serves the query API and makes blocks until `close`. */
export function startChain(_options: ChainOptions, _modules: ChainModules): Promise<ChainHandle> {
  throw new GanglionError("CHAIN_NOT_READY", "the chain is being written");
}
