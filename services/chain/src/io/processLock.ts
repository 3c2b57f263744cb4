import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GanglionError } from "@ganglion/types";

const LOCK_FILE = "holder.lock";

type Holder = { readonly pid: number; readonly startedAt: string };

export type ProcessLock = { readonly release: () => void };

/**
 * Makes this process the folder's only user. A lock whose process is gone (killed) is taken over.
 * @throws GanglionError CHAIN_STORE_HELD names the process that holds it; CHAIN_STORE_READ_ONLY
 */
export function lockFolder(folder: string): ProcessLock {
  const path = join(folder, LOCK_FILE);
  const mine = `${path}.${process.pid}`;
  const holder: Holder = { pid: process.pid, startedAt: startOf(process.pid) };
  writeOwn(mine, JSON.stringify(holder), folder);
  try {
    if (!claim(mine, path) && !(removeStale(path, folder) && claim(mine, path)))
      throw heldBy(readHolder(path), folder);
  } finally {
    rmSync(mine, { force: true });
  }
  return { release: () => rmSync(path, { force: true }) };
}

function writeOwn(mine: string, text: string, folder: string): void {
  try {
    writeFileSync(mine, text, { mode: 0o600 });
  } catch (cause) {
    throw new GanglionError(
      "CHAIN_STORE_READ_ONLY",
      `cannot write in ${folder} (${String(cause)}): make the folder writable and free disk space, or choose another`,
      { folder },
      { cause },
    );
  }
}

/** A hard link is made by one process only, and the file is whole from the first moment. */
function claim(mine: string, path: string): boolean {
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Moves the dead holder's file away; a rename has one winner, so a newer lock is never removed. */
function removeStale(path: string, folder: string): boolean {
  const seen = readHolder(path);
  if (seen !== undefined && isAlive(seen)) throw heldBy(seen, folder);
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return true;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && isAlive(moved)) {
    claim(aside, path);
    rmSync(aside, { force: true });
    throw heldBy(moved, folder);
  }
  rmSync(aside, { force: true });
  return true;
}

function readHolder(path: string): Holder | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof parsed !== "object" || parsed === null) return undefined;
    if (!("pid" in parsed && "startedAt" in parsed)) return undefined;
    const { pid, startedAt } = parsed;
    return typeof pid === "number" && typeof startedAt === "string" ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}

/** A process id is used again after a while, so its start time must agree as well. */
function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return startOf(holder.pid) === holder.startedAt;
}

/**
 * Start time in clock ticks since boot where /proc tells it; empty elsewhere, where the id alone decides. A process
 * that is dead but not reaped yet still has an id, and holds nothing.
 */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? "dead" : (fields[19] ?? "");
  } catch {
    return "";
  }
}

function heldBy(holder: Holder | undefined, folder: string): GanglionError {
  const who = holder === undefined ? "another process" : `process ${holder.pid}`;
  return new GanglionError(
    "CHAIN_STORE_HELD",
    `${folder} is in use by ${who}: stop it first, or choose another folder`,
    { folder, pid: holder?.pid ?? 0 },
  );
}
