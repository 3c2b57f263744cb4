import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, type Stats, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GanglionError } from "@ganglion/types";

const DATA_FILE = "data.mdb";
/** Size and time of the data file when it was last closed in order. */
const CLEAN_FILE = "closed.json";
const PROBE_DEADLINE_MS = 60_000;

/**
 * Refuses a damaged data file before it can end this process. A file that was closed in order and not touched since
 * is trusted; any other is walked by a process of its own (about 0.3 s).
 * @throws GanglionError CHAIN_STORE_CORRUPT
 */
export function checkStoreFile(folder: string): void {
  const stats = readStats(folder);
  if (stats === undefined || readMark(folder) === markOf(stats)) return;
  const probe = new URL("./probeWorker.ts", import.meta.url).pathname;
  const { status } = spawnSync(process.execPath, [probe, folder], {
    stdio: "ignore",
    timeout: PROBE_DEADLINE_MS,
  });
  if (status === 0) return;
  throw new GanglionError(
    "CHAIN_STORE_CORRUPT",
    `${join(folder, DATA_FILE)} is damaged: restore the folder from a copy, or move it away and start again from genesis`,
    { folder },
  );
}

/** Notes after an orderly close that the file is whole. */
export function markClean(folder: string): void {
  const stats = readStats(folder);
  if (stats !== undefined) writeFileSync(join(folder, CLEAN_FILE), markOf(stats));
}

/** From now on only an orderly close makes the file trusted again. */
export function unmarkClean(folder: string): void {
  rmSync(join(folder, CLEAN_FILE), { force: true });
}

function markOf({ size, mtimeMs, ino }: Stats): string {
  return JSON.stringify({ size, mtimeMs, ino });
}

function readStats(folder: string): Stats | undefined {
  return statSync(join(folder, DATA_FILE), { throwIfNoEntry: false });
}

function readMark(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, CLEAN_FILE), "utf8");
  } catch {
    return undefined;
  }
}
