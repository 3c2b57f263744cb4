import { readFile } from "node:fs/promises";
import { createSigner, decodeKeyfile, type Signer } from "@ganglion/keys";
import { GanglionError, hexToBytes } from "@ganglion/types";
import type { ValidatorOptions } from "../config.ts";

const SEED_HEX = /^[0-9a-f]{64}$/u;

/** @throws GanglionError VALIDATOR_BAD_KEY | KEYS_BAD_KEYFILE | KEYS_PASSWORD_NEEDED | KEYS_WRONG_PASSWORD */
export async function loadSigner(identity: ValidatorOptions["identity"]): Promise<Signer> {
  const { keyFile, passwordFile, seedFile } = identity;
  if (keyFile !== undefined) {
    const password =
      passwordFile === undefined ? undefined : (await readText(passwordFile)).split(/\r?\n/u)[0];
    return createSigner(decodeKeyfile(await readText(keyFile), password).seed);
  }
  const seed = (await readText(seedFile ?? "")).trim();
  if (SEED_HEX.test(seed)) return createSigner(hexToBytes(seed));
  throw new GanglionError("VALIDATOR_BAD_KEY", `${seedFile} must hold 64 lower-case hexadecimal digits`, {
    path: seedFile ?? "",
  });
}

async function readText(path: string): Promise<string> {
  return await readFile(path, "utf8").catch((cause: unknown) => {
    throw new GanglionError(
      "VALIDATOR_BAD_KEY",
      `cannot read ${path}: does it exist, may it be read?`,
      { path },
      { cause },
    );
  });
}
