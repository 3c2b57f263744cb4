import type { Registry } from "@ganglion/runtime/metrics";
import { type Clock, GanglionError, type Hotkey, type Logger } from "@ganglion/types";
import { type MinerOptionsInput, parseMinerOptions } from "./config.ts";

/** What a program lends to a miner. */
export type MinerModules = {
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly register?: Registry;
  /** Aborting it closes the miner. */
  readonly signal?: AbortSignal;
};

/** What a running miner shows. */
export type MinerStatus = {
  readonly state: "waitingForModel" | "waitingForChain" | "registering" | "refused" | "serving";
  /** For people: what it waits for, or why it does not serve. */
  readonly detail: string;
  readonly uid: number | undefined;
  readonly modelDigest: Uint8Array | undefined;
};

export type MinerHandle = {
  readonly name: string;
  readonly hotkey: Hotkey;
  readonly host: string;
  readonly port: number;
  readonly status: () => MinerStatus;
  /** Readiness off, finishes what is in flight, frees the port: below 2 s. */
  readonly close: () => Promise<void>;
};

/**
 * Starts one identity: loads its model, listens, and follows the ledger in the background to register and serve.
 * Resolves as soon as it listens. Several may run in one process.
 *
 * @throws GanglionError CONFIG_INVALID, MINER_BAD_PLUGIN, MINER_BAD_KEY, RUNTIME_PORT_IN_USE
 */
export function startMiner(options: MinerOptionsInput, _modules: MinerModules): Promise<MinerHandle> {
  const parsed = parseMinerOptions(options);
  return Promise.reject(new GanglionError("MINER_NOT_READY", `miner ${parsed.name} is still being written`));
}
