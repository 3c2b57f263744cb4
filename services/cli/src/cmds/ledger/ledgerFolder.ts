import { resolve } from "node:path";
import type { LedgerPlace } from "@ganglion/local";
import type { Command } from "commander";
import { commonOptions } from "../../options.ts";

/** Options of commands that work on a node's folder while it does not run. */
export function addLedgerFolder(command: Command): Command {
  return command
    .option("--data <dir>", "folder of the stopped chain program (default: of the state folder's first node)")
    .option("--genesis <file>", "its genesis file (default: the state folder's)");
}

export function ledgerPlace(command: Command): LedgerPlace {
  const { data, genesis } = command.opts<{ data?: string; genesis?: string }>();
  return {
    stateDir: commonOptions(command).stateDir,
    ...(data !== undefined && { dataDir: resolve(data) }),
    ...(genesis !== undefined && { genesisFile: resolve(genesis) }),
  };
}
