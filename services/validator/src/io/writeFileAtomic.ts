import { type FileHandle, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { writing } from "./writing.ts";

/**
 * Replaces a file so that a crash at any instruction leaves the old or the new content, whole.
 * @throws GanglionError VALIDATOR_CANNOT_WRITE
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  await writing(path, () => replaceFile(path, content));
}

async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.new`;
  await withFile(await open(temporary, "w", 0o600), async (file) => {
    await file.writeFile(content);
    await file.sync();
  });
  await rename(temporary, path);
  await withFile(await open(dirname(path), "r"), (folder) => folder.sync());
}

async function withFile(file: FileHandle, use: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await use(file);
  } finally {
    await file.close();
  }
}
