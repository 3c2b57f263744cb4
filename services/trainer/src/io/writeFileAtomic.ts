import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { errorMessage, GanglionError } from "@ganglion/types";

/**
 * Replaces a file so that a kill or a power cut leaves the old one or the new one, whole.
 *
 * @throws GanglionError TRAINER_CANNOT_WRITE
 */
export async function writeFileAtomic(path: string, data: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeSynced(temporary, data);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new GanglionError(
      "TRAINER_CANNOT_WRITE",
      `cannot write ${path}: free some space or choose a folder that can be written (${errorMessage(cause)})`,
      { path },
      { cause },
    );
  }
}

async function writeSynced(path: string, data: Uint8Array | string): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}
