import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { errorMessage, GanglionError } from "@ganglion/types";

const ROLLBACK_MS = 60_000;
const run = promisify(execFile);

/**
 * Takes a stopped node one height back; its block stays, and is executed again at the next start.
 * @throws GanglionError CHAIN_ROLLBACK_FAILED
 */
export async function rollbackNode(binary: string, home: string): Promise<void> {
  try {
    await run(binary, ["rollback", "--home", home], { timeout: ROLLBACK_MS });
  } catch (cause) {
    throw new GanglionError(
      "CHAIN_ROLLBACK_FAILED",
      `CometBFT did not go back: ${errorMessage(cause)}`,
      { home },
      { cause },
    );
  }
}
