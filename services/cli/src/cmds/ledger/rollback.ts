import type { Command } from "commander";
import { commonOptions } from "../../options.ts";
import { printResult } from "../../output.ts";
import { addLedgerFolder, ledgerPlace } from "./ledgerFolder.ts";

/** `ganglion rollback`: takes the last block of a stopped node back. */
export function addRollback(parent: Command): void {
  const command = parent
    .command("rollback")
    .description("takes the last block of a stopped node back; it is executed again at the next start");
  addLedgerFolder(command).action(async (_options: object, self: Command) => {
    const { rollbackLedger } = await import("@ganglion/local");
    const head = await rollbackLedger(ledgerPlace(self));
    printResult(
      commonOptions(self).json,
      head,
      () => `${head.dataDir} stands at block ${head.height} again, with the root ${head.stateRoot}`,
    );
  });
}
