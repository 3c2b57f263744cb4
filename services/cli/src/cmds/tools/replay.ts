import type { Command } from "commander";
import { commonOptions } from "../../options.ts";
import { printResult } from "../../output.ts";

/** `ganglion replay`: executes a stopped network's blocks again. */
export function addReplay(parent: Command): void {
  parent
    .command("replay")
    .description("executes all blocks of a stopped network again and compares every state root")
    .action(async (_options: object, command: Command) => {
      const { json, stateDir } = commonOptions(command);
      const { replayNetwork } = await import("@ganglion/local");
      const startedMs = performance.now();
      const replayed = await replayNetwork(stateDir);
      const seconds = (performance.now() - startedMs) / 1000;
      printResult(
        json,
        { ...replayed, seconds },
        () => `${replayed.blocks} blocks give the same roots; the last is ${replayed.stateRoot}`,
      );
    });
}
