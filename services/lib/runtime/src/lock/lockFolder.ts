import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GanglionError } from "@ganglion/types";
import { z } from "zod";
import { cannotWrite } from "../files/index.ts";

const holderSchema = z.object({
  pid: z.int(),
  /** When it took the lock, ISO 8601. */
  startedAt: z.string(),
  command: z.string(),
  /** Of its process, in clock ticks since boot: a process id is used again after a while. */
  processStart: z.string(),
});

/** The process that has a folder to itself. */
export type LockHolder = Readonly<z.output<typeof holderSchema>>;

type LockOptions = {
  /** Of the lock, in the folder. */
  readonly fileName: string;
  /** What to throw when a living process holds it. */
  readonly held: (holder: LockHolder) => GanglionError;
};

/**
 * Makes this process the folder's only user; the lock of a process that is gone (killed) is taken over.
 *
 * @returns how to release it
 * @throws GanglionError RUNTIME_CANNOT_WRITE, or what `held` made
 */
export function lockFolder(folder: string, options: LockOptions): () => void {
  const path = join(folder, options.fileName);
  const mine = `${path}.${process.pid}`;
  try {
    writeFileSync(mine, JSON.stringify(thisProcess()), { mode: 0o600 });
    while (!claim(mine, path)) removeStale(path, options);
  } catch (error) {
    throw cannotWrite(path, error);
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
function removeStale(path: string, { held }: LockOptions): void {
  const seen = readHolder(path);
  if (seen !== undefined && isAlive(seen)) throw held(seen);
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
  if (alive) throw held(moved);
}

function thisProcess(): LockHolder {
  return {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    command: process.argv.slice(1).join(" "),
    processStart: startOf(process.pid),
  };
}

/** Undefined for a file that names no process. */
function readHolder(path: string): LockHolder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

/** EPERM: it lives, and is another user's. */
function isAlive({ pid, processStart }: LockHolder): boolean {
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
