import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LocalOptions } from "@ganglion/local";
import { createLogger } from "@ganglion/runtime/log";
import { GanglionError } from "@ganglion/types";
import { type Command, Option } from "commander";
import { commonOptions, parseWhole } from "../options.ts";
import { stopSignal } from "../stopSignal.ts";
import { showLive } from "./up/showLive.ts";

type UpOptions = {
  readonly file?: string;
  readonly fresh: boolean;
  readonly for?: string;
  readonly metricsPort: string;
  readonly engine?: string;
  readonly nodes?: string;
};

const DEMO = fileURLToPath(new URL("../../../local/networks/demo.yaml", import.meta.url));

/** `ganglion up`: a whole network on this machine. */
export function addUp(parent: Command): void {
  parent
    .command("up")
    .description("starts a whole network on this machine; again continues it; Ctrl-C stops it")
    .option("-f, --file <file>", "YAML of Miner, Validator and ChainNode resources (default: the demo)")
    .option("--fresh", "forget what an earlier run left, keys included", false)
    .option("--for <time>", "stop after this long, for example 90s or 3m")
    .option("--metrics-port <port>", "Prometheus metrics of all programs, on loopback", "9464")
    .addOption(
      new Option("--engine <engine>", "what makes blocks (default: as the ChainNode says)").choices([
        "solo",
        "cometbft",
      ]),
    )
    .option("--nodes <count>", "with --engine cometbft: how many nodes (default: one a validator)")
    .action(async (options: UpOptions, command: Command) => {
      const { json, stateDir } = commonOptions(command);
      const { defaultCacheDir, startLocal } = await import("@ganglion/local");
      const network = await startLocal(
        {
          ...readNetwork(options.file),
          stateDir,
          fresh: options.fresh,
          metricsPort: parseWhole(options.metricsPort, "--metrics-port"),
          cacheDir: defaultCacheDir(),
          ...engineOf(options),
        },
        { logger: createLogger({ level: "silent" }), signal: stopSignal(options.for) },
      );
      await showLive(network, json);
    });
}

function engineOf({ engine, nodes }: UpOptions): Pick<LocalOptions, "engine" | "cometbftNodes"> {
  if (nodes === undefined) return engine === "solo" || engine === "cometbft" ? { engine } : {};
  if (engine !== "cometbft")
    throw new GanglionError("CLI_BAD_OPTION", "--nodes goes with --engine cometbft: solo is one process");
  return { engine, cometbftNodes: parseWhole(nodes, "--nodes") };
}

function readNetwork(file: string | undefined): { networkText: string; networkFile: string } {
  const path = file ?? DEMO;
  try {
    return { networkText: readFileSync(path, "utf8"), networkFile: file ?? "demo.yaml" };
  } catch (cause) {
    throw new GanglionError(
      "CLI_NO_FILE",
      `cannot read ${path}: give a YAML file with -f`,
      { path },
      { cause },
    );
  }
}
