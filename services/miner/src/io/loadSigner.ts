import { readFile } from "node:fs/promises";
import { createSigner, decodeKeyfile, type Signer } from "@ganglion/keys";
import { GanglionError, hexToBytes } from "@ganglion/types";
import type { KeySource } from "../config.ts";

const SEED_TEXT = /^[0-9a-f]{64}$/u;

/**
 * The key of a keyfile (with the first line of a password file) or of a seed file.
 * @throws GanglionError MINER_BAD_KEY (unreadable, or not a seed), KEYS_BAD_KEYFILE, KEYS_PASSWORD_NEEDED,
 *   KEYS_WRONG_PASSWORD
 */
export async function loadSigner(source: KeySource): Promise<Signer> {
  if (source.keyFile !== undefined) {
    const text = await readText(source.keyFile);
    const password = source.passwordFile === undefined ? undefined : await readText(source.passwordFile);
    return createSigner(decodeKeyfile(text, password?.split(/\r?\n/u)[0]).seed);
  }
  const path = source.seedFile ?? "";
  const seed = (await readText(path)).trim();
  if (!SEED_TEXT.test(seed))
    throw new GanglionError("MINER_BAD_KEY", `${path} must hold 64 lower-case hexadecimal digits`, { path });
  return createSigner(hexToBytes(seed));
}

function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: unknown) => {
    throw new GanglionError(
      "MINER_BAD_KEY",
      `cannot read ${path}: check that it exists and who may read it`,
      { path },
      { cause },
    );
  });
}
