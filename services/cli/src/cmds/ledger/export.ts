import { resolve } from "node:path";
import type { Command } from "commander";
import { commonOptions } from "../../options.ts";
import { printResult } from "../../output.ts";
import { addLedgerFolder, ledgerPlace } from "./ledgerFolder.ts";

/** `ganglion export --chain-id ID --out FILE`: a genesis that goes on where a stopped node stands. */
export function addExport(parent: Command): void {
  const command = parent
    .command("export")
    .description("writes a genesis file with which a stopped ledger goes on under another name")
    .requiredOption("--chain-id <id>", "the new name: no signature is good for both ledgers")
    .requiredOption("--out <file>", "the genesis file, which must not exist");
  addLedgerFolder(command).action(async (options: { chainId: string; out: string }, self: Command) => {
    const { exportLedger } = await import("@ganglion/local");
    const done = await exportLedger(ledgerPlace(self), {
      chainId: options.chainId,
      file: resolve(options.out),
    });
    printResult(
      commonOptions(self).json,
      done,
      () => `${done.file}: the first block of ${options.chainId} has height ${done.height + 1}`,
    );
  });
}
