import { readFileSync } from "node:fs";
import { decodeKeyfile } from "@ganglion/keys";
import { serveMetrics } from "@ganglion/runtime/metrics";
import { runProgram } from "@ganglion/runtime/program";
import { GanglionError } from "@ganglion/types";
import { startChain } from "./app.ts";
import { type ChainConfig, chainConfigSchema } from "./config.ts";
import { readGenesis } from "./io/genesisFile.ts";

await runProgram({
  name: "chain",
  schema: chainConfigSchema,
  start: async (config, { logger, register }) => {
    const { genesisFile, consensusKeyFile, passwordFile, ...rest } = config;
    const options = { ...rest, genesis: readGenesis(genesisFile), ...readSeed(config) };
    const chain = await startChain(options, { logger, register });
    const metrics =
      config.metricsPort === undefined
        ? undefined
        : await serveMetrics(register, { host: config.host, port: config.metricsPort });
    return {
      facts: { port: chain.port, endpoint: chain.endpoint },
      done: chain.done,
      close: async () => {
        await chain.close();
        await metrics?.close();
      },
    };
  },
});

function readSeed({ consensusKeyFile, passwordFile }: ChainConfig): { readonly consensusSeed?: Uint8Array } {
  if (consensusKeyFile === undefined) return {};
  const password = passwordFile === undefined ? undefined : readText(passwordFile).trimEnd();
  return { consensusSeed: decodeKeyfile(readText(consensusKeyFile), password).seed };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new GanglionError("CHAIN_KEYFILE_UNREADABLE", `cannot read ${path}`, { path }, { cause });
  }
}
