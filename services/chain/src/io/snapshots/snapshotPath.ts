import { join } from "node:path";

/** A node's snapshots, inside its own folder. */
export function snapshotPath(dataDir: string): string {
  return join(dataDir, "snapshots");
}
