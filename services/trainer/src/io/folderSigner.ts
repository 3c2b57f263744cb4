import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createSigner, type Signer } from "@ganglion/keys";
import { makeFolder, writeFileAtomic } from "@ganglion/runtime/files";
import { bytesToHex, errorMessage, GanglionError, hexToBytes } from "@ganglion/types";
import { isMissing } from "./checkpointFile.ts";
import { MODEL_FOLDER_MODE } from "./modelFolder.ts";

const SEED_FILE = "signing.seed";

/**
 * The model folder's own key, which signs cards where no other does; made on first use, readable by its owner only.
 * @throws GanglionError TRAINER_BAD_SIGNING_KEY | RUNTIME_CANNOT_WRITE
 */
export async function folderSigner(modelDir: string): Promise<Signer> {
  const path = join(modelDir, SEED_FILE);
  const known = await readFile(path, "utf8").catch((cause: unknown) => {
    if (isMissing(cause)) return undefined;
    throw badKey(path, `it cannot be read (${errorMessage(cause)})`, cause);
  });
  if (known !== undefined && !/^[0-9a-f]{64}\n?$/.test(known))
    throw badKey(path, "it holds no 64 hexadecimal digits");
  const seed = known === undefined ? Uint8Array.from(randomBytes(32)) : hexToBytes(known.trim());
  if (known === undefined) {
    makeFolder(modelDir, MODEL_FOLDER_MODE);
    await writeFileAtomic(path, `${bytesToHex(seed)}\n`);
  }
  return createSigner(seed);
}

function badKey(path: string, why: string, cause?: unknown): GanglionError {
  return new GanglionError(
    "TRAINER_BAD_SIGNING_KEY",
    `the key of this model folder, ${path}: ${why}; restore it, or remove it for a new one`,
    { path },
    { cause },
  );
}
