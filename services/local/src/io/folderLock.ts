import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GanglionError } from "@ganglion/types";
import { z } from "zod";

const LOCK_FILE = "lock";

const holderSchema = z.object({
  pid: z.int(),
  startedAt: z.string(),
  command: z.string(),
  /** Of its process, in clock ticks since boot: a process id is used again after a while. */
  processStart: z.string().default(""),
});
type Holder = z.output<typeof holderSchema>;

/**
 * Makes this process the folder's only user; the lock of a process that is gone (killed) is taken over.
 * @returns how to release it
 * @throws GanglionError LOCAL_FOLDER_HELD names the process that holds it
 */
export function lockFolder(root: string, nowIso: string): () => void {
  const path = join(root, LOCK_FILE);
  const mine = `${path}.${process.pid}`;
  const holder: Holder = {
    pid: process.pid,
    startedAt: nowIso,
    command: process.argv.slice(1).join(" "),
    processStart: startOf(process.pid),
  };
  writeFileSync(mine, JSON.stringify(holder), { mode: 0o600 });
  try {
    while (!claim(mine, path)) removeStale(path, root);
  } finally {
    rmSync(mine, { force: true });
  }
  return () => rmSync(path, { force: true });
}

/** A hard link is made by one process only, and the file is whole from the first moment. */
function claim(mine: string, path: string): boolean {
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Moves the dead holder's file away; should it be another's by then, that one gets it back. */
function removeStale(path: string, root: string): void {
  const seen = readHolder(path);
  if (seen !== undefined && isAlive(seen)) throw heldBy(seen, root);
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  const moved = readHolder(aside);
  const alive = moved !== undefined && isAlive(moved);
  if (alive) claim(aside, path);
  rmSync(aside, { force: true });
  if (alive) throw heldBy(moved, root);
}

function readHolder(path: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

/** EPERM: it lives, and is another user's. */
function isAlive({ pid, processStart }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
  return startOf(pid) === processStart;
}

/** Where /proc tells it; empty elsewhere, where the id alone decides. What is dead but not reaped holds nothing. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? "dead" : (fields[19] ?? "");
  } catch {
    return "";
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function heldBy({ pid, command, startedAt }: Holder, root: string): GanglionError {
  return new GanglionError(
    "LOCAL_FOLDER_HELD",
    `${root} is in use by process ${pid} (${command}, since ${startedAt}): stop it, or choose another folder with --state`,
    { pid },
  );
}
