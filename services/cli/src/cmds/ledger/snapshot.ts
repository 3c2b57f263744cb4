import type { Command } from "commander";
import { commonOptions } from "../../options.ts";
import { printResult } from "../../output.ts";
import { addLedgerFolder, ledgerPlace } from "./ledgerFolder.ts";

/** `ganglion snapshot`: of a stopped node; a running one takes its own. */
export function addSnapshot(parent: Command): void {
  const command = parent
    .command("snapshot")
    .description("takes a snapshot of a stopped node, which it gives to new ones when it runs again");
  addLedgerFolder(command).action(async (_options: object, self: Command) => {
    const { snapshotLedger } = await import("@ganglion/local");
    const taken = await snapshotLedger(ledgerPlace(self));
    printResult(
      commonOptions(self).json,
      taken,
      () => `${taken.dataDir}: snapshot of block ${taken.height}, ${taken.chunks} chunks, ${taken.hash}`,
    );
  });
}
