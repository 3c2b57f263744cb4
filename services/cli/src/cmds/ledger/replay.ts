import type { Command } from "commander";
import { commonOptions } from "../../options.ts";
import { printResult } from "../../output.ts";
import { addLedgerFolder, ledgerPlace } from "./ledgerFolder.ts";

/** `ganglion replay`: executes a stopped node's blocks again. */
export function addReplay(parent: Command): void {
  const command = parent
    .command("replay")
    .description("executes all blocks of a stopped node again and compares every state root");
  addLedgerFolder(command).action(async (_options: object, self: Command) => {
    const { replayLedger } = await import("@ganglion/local");
    const startedMs = performance.now();
    const replayed = await replayLedger(ledgerPlace(self));
    const seconds = (performance.now() - startedMs) / 1000;
    printResult(
      commonOptions(self).json,
      { ...replayed, seconds },
      () => `${replayed.blocks} blocks give the same roots; the last is ${replayed.stateRoot}`,
    );
  });
}
