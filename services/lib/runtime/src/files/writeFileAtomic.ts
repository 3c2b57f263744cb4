import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { cannotWrite } from "./writing.ts";

type WriteOptions = {
  /** Of the file, before the umask; 0600 when absent. */
  readonly mode?: number;
};

const OWNER_ONLY = 0o600;

/**
 * Replaces a file so that a kill or a power cut at any instruction leaves the old or the new content, whole; it is on
 * disk when this resolves. Its folder must be there; one writer a path at a time.
 *
 * @throws GanglionError RUNTIME_CANNOT_WRITE
 */
export async function writeFileAtomic(
  path: string,
  content: Uint8Array | string,
  { mode = OWNER_ONLY }: WriteOptions = {},
): Promise<void> {
  const temporary = temporaryOf(path);
  try {
    await writeFile(temporary, content, { mode, flush: true });
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cannotWrite(path, cause);
  }
}

/** As `writeFileAtomic`, for small files of a program that starts or ends. */
export function writeFileAtomicSync(
  path: string,
  content: Uint8Array | string,
  { mode = OWNER_ONLY }: WriteOptions = {},
): void {
  const temporary = temporaryOf(path);
  try {
    writeFileSync(temporary, content, { mode, flush: true });
    renameSync(temporary, path);
    syncFolderSync(dirname(path));
  } catch (cause) {
    removeQuietly(temporary);
    throw cannotWrite(path, cause);
  }
}

/** Always the same name: what a kill left is overwritten by the next write. */
function temporaryOf(path: string): string {
  return `${path}.new`;
}

/** The new name is part of the folder, which the disk keeps apart from the file. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function syncFolderSync(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder itself is at fault, and the first error tells it.
  }
}
