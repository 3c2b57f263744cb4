import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { readFileSync, rmSync, type Stats, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GanglionError } from "@ganglion/types";
import { RESTORE_STORE } from "./database.ts";

const DATA_FILE = "data.mdb";
/** Size and time of the data file when it was last closed in order. */
const CLEAN_FILE = "closed.json";
const PROBE_DEADLINE_MS = 60_000;
/** How the probe ends when LMDB itself says that the file is damaged. */
export const DAMAGED_EXIT = 3;
/** What LMDB dies by on damaged pages; the system ends a process that is out of memory or of time by others. */
const FAULT_SIGNALS: readonly unknown[] = ["SIGSEGV", "SIGBUS", "SIGABRT"];

type ProbeEnd = Pick<SpawnSyncReturns<string>, "status" | "signal" | "stderr"> & { readonly error?: Error };

/** Whether a store was ever made in the folder. */
export function hasStoreFile(folder: string): boolean {
  return readStats(folder) !== undefined;
}

/**
 * Refuses a damaged data file before it can end this process. A file that was closed in order and not touched since
 * is trusted; any other is read by a process of its own (about 0.3 s).
 * @throws GanglionError CHAIN_STORE_CORRUPT, CHAIN_STORE_UNCHECKED
 */
export function checkStoreFile(folder: string): void {
  const stats = readStats(folder);
  if (stats === undefined || readMark(folder) === markOf(stats)) return;
  const probe = fileURLToPath(new URL("./probeWorker.ts", import.meta.url));
  const end = spawnSync(process.execPath, [probe, folder], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    timeout: PROBE_DEADLINE_MS,
    killSignal: "SIGKILL",
  });
  judgeProbe(end, folder);
}

/**
 * Only what the damage itself causes is called damage: nobody should throw a ledger away because memory was short.
 * @throws GanglionError CHAIN_STORE_CORRUPT, CHAIN_STORE_UNCHECKED
 */
export function judgeProbe({ status, signal, stderr, error }: ProbeEnd, folder: string): void {
  if (status === 0) return;
  const file = join(folder, DATA_FILE);
  if (status === DAMAGED_EXIT || FAULT_SIGNALS.includes(signal))
    throw new GanglionError("CHAIN_STORE_CORRUPT", `${file} is damaged: ${RESTORE_STORE}`, { folder });
  const why = error?.message ?? signal ?? lastLine(stderr) ?? `exit ${status}`;
  throw new GanglionError(
    "CHAIN_STORE_UNCHECKED",
    `${file} could not be checked (${why}): free memory and disk space, see that the folder can be written, and start again; keep the file`,
    { folder, why },
    { cause: error },
  );
}

/** Of what Node prints on an error, the line that names it. */
function lastLine(stderr: string): string | undefined {
  const lines = stderr.split("\n");
  return lines.find((line) => /^\w*Error\b/u.test(line)) ?? lines.findLast((line) => line.trim() !== "");
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
