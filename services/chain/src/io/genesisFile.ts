import { readFileSync, writeFileSync } from "node:fs";
import { encodeGenesis, type GenesisDoc, parseGenesis } from "@ganglion/ledger";
import { errorMessage, GanglionError } from "@ganglion/types";

/**
 * Writes a new genesis file.
 * @throws GanglionError CHAIN_GENESIS_EXISTS (never overwrites), CHAIN_GENESIS_UNWRITABLE
 */
export function writeGenesis(path: string, genesis: GenesisDoc): void {
  try {
    writeFileSync(path, encodeGenesis(genesis), { flag: "wx" });
  } catch (cause) {
    const isThere = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    throw new GanglionError(
      isThere ? "CHAIN_GENESIS_EXISTS" : "CHAIN_GENESIS_UNWRITABLE",
      isThere
        ? `${path} exists: a ledger that began with it would be lost; choose another path`
        : `cannot write ${path}: ${errorMessage(cause)}`,
      { path },
      { cause },
    );
  }
}

/** @throws GanglionError CHAIN_GENESIS_UNREADABLE or the parser's own code */
export function readGenesis(path: string): GenesisDoc {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new GanglionError(
      "CHAIN_GENESIS_UNREADABLE",
      `cannot read the genesis file ${path}: correct the path, or restore it from a copy`,
      { path },
      { cause },
    );
  }
  try {
    return parseGenesis(text);
  } catch (cause) {
    if (!(cause instanceof GanglionError)) throw cause;
    throw new GanglionError(
      cause.code,
      `${path}: ${cause.message}; restore the file from a copy: a ledger cannot go on without its own genesis`,
      { path },
      { cause },
    );
  }
}
