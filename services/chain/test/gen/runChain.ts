import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ChainClient, createChainClient } from "@ganglion/client";
import { createLogger } from "@ganglion/runtime/log";
import { type ChainHandle, type ChainModules, type ChainOptions, startChain } from "../../src/index.ts";
import { CONSENSUS_SEED, genesisWith } from "./network.ts";

export const logger = createLogger({ level: "silent" });

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "ganglion-chain-"));
}

export function optionsFor(dataDir: string, more: Partial<ChainOptions> = {}): ChainOptions {
  return {
    dataDir,
    genesis: genesisWith(),
    consensusSeed: CONSENSUS_SEED,
    host: "127.0.0.1",
    port: 0,
    blockIntervalMs: 100,
    checkInvariants: true,
    mempool: { maxTransactions: 1_000, maxBytes: 1_000_000, maxPerAccount: 64 },
    ...more,
  };
}

export type Running = { readonly chain: ChainHandle; readonly client: ChainClient; readonly stop: () => Promise<void> };

export async function runChain(
  options = optionsFor(newFolder()),
  modules: Partial<ChainModules> = {},
): Promise<Running> {
  const chain = await startChain(options, { logger, ...modules });
  const client = createChainClient({ endpoints: [chain.endpoint] }, { logger });
  return {
    chain,
    client,
    stop: async () => {
      client.close();
      await chain.close();
    },
  };
}
