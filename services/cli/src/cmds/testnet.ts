import { createLogger } from "@ganglion/runtime/log";
import type { Command } from "commander";
import { commonOptions, parseWhole } from "../options.ts";
import { parseDurationMs, stopSignal } from "../stopSignal.ts";
import { showLive } from "./up/showLive.ts";

type TestnetFlags = {
  readonly nodes: string;
  readonly block: string;
  readonly fresh: boolean;
  readonly for?: string;
};

/** `ganglion testnet`: the ledger alone, on several CometBFT nodes of this machine. */
export function addTestnet(parent: Command): void {
  parent
    .command("testnet")
    .description("runs the ledger alone on several CometBFT nodes; again continues it; Ctrl-C stops it")
    .option("--nodes <count>", "how many, each a validator with equal power", "4")
    .option("--block <time>", "pause between blocks, for example 500ms or 12s", "1s")
    .option("--fresh", "forget what an earlier run left, keys included", false)
    .option("--for <time>", "stop after this long, for example 30s or 3m")
    .action(async (flags: TestnetFlags, command: Command) => {
      const { json, stateDir } = commonOptions(command);
      const { defaultCacheDir, startTestnet } = await import("@ganglion/local");
      const network = await startTestnet(
        {
          stateDir,
          nodes: parseWhole(flags.nodes, "--nodes"),
          blockIntervalMs: parseDurationMs(flags.block),
          fresh: flags.fresh,
          cacheDir: defaultCacheDir(),
        },
        { logger: createLogger({ level: "silent" }), signal: stopSignal(flags.for) },
      );
      await showLive(network, json);
    });
}
