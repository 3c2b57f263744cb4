import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { cannotWrite } from "./writing.ts";

const OWNER_ONLY = 0o700;

/**
 * Makes a folder and those above it that are missing, one at a time: where a file system denies that a folder exists in
 * which it refuses to make another (/proc does), Node's own recursive mkdir never ends.
 *
 * @param mode of the folders that are made, before the umask
 * @throws GanglionError RUNTIME_CANNOT_WRITE
 */
export function makeFolder(path: string, mode = OWNER_ONLY): void {
  try {
    const missing: string[] = [];
    for (let folder = path; !isThere(folder) && dirname(folder) !== folder; folder = dirname(folder))
      missing.push(folder);
    for (const folder of missing.reverse()) makeOne(folder, mode);
    if (!statSync(path).isDirectory()) throw cannotWrite(path, "a file is there");
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Another process may have been faster. */
function makeOne(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
