import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createLogger } from "@ganglion/runtime/log";
import { GanglionError } from "@ganglion/types";
import type { Command } from "commander";
import { commonOptions, parseWhole } from "../options.ts";
import { showLive } from "./up/showLive.ts";

type UpOptions = {
  readonly file?: string;
  readonly fresh: boolean;
  readonly for?: string;
  readonly metricsPort: string;
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
        },
        { logger: createLogger({ level: "silent" }), signal: stopSignal(options.for) },
      );
      await showLive(network, json);
    });
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

/** Aborts at Ctrl-C, SIGTERM, or when the time is over. */
function stopSignal(duration: string | undefined): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => stop.abort());
  if (duration !== undefined) setTimeout(() => stop.abort(), durationMs(duration)).unref();
  return stop.signal;
}

function durationMs(text: string): number {
  const match = /^(\d{1,6})(s|m|h)$/.exec(text);
  if (!match) throw new GanglionError("CLI_BAD_DURATION", `"${text}" is no time: write 90s, 3m or 1h`);
  const [, amount = "0", unit = "s"] = match;
  return Number(amount) * ({ s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? 1_000);
}
