import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createSigner } from "@ganglion/keys";
import { makeFolder, writeFileAtomicSync } from "@ganglion/runtime/files";
import { bytesToHex, equalBytes, GanglionError } from "@ganglion/types";
import { z } from "zod";
import { addressOfConsensusKey } from "./keyNames.ts";

const KEY_TYPE = "tendermint/PrivKeyEd25519";
const SEED_BYTES = 32;

const nodeKeySchema = z.object({ priv_key: z.object({ value: z.base64() }) });
const validatorKeySchema = z.object({ pub_key: z.object({ value: z.base64() }) });

/** The node's own folder, inside that of the chain program. */
export function nodeHome(dataDir: string): string {
  return join(dataDir, "cometbft");
}

/**
 * The node's name among its peers (hexadecimal), from the key of its encrypted connections, which is made when there is
 * none. It signs no blocks.
 *
 * @param home the node's folder
 * @throws GanglionError CHAIN_NODE_KEY_UNREADABLE, RUNTIME_CANNOT_WRITE
 */
export function ensureNodeKey(home: string): string {
  const path = join(home, "config", "node_key.json");
  if (!existsSync(path)) {
    makeFolder(join(home, "config"));
    writeFileAtomicSync(path, toJson({ priv_key: privateKey(new Uint8Array(randomBytes(SEED_BYTES))) }));
  }
  const { priv_key } = read(path, nodeKeySchema);
  const publicKey = Buffer.from(priv_key.value, "base64").subarray(SEED_BYTES);
  return createHash("sha256").update(publicKey).digest("hex").slice(0, 40);
}

/**
 * Hands the consensus key to the node, once: from then on the node signs with it, and remembers beside it what it
 * signed, so that it never signs two blocks of a height. Neither file is ever written again.
 *
 * @param seed of the consensus key; absent for a node that signs nothing
 * @throws GanglionError CHAIN_OTHER_CONSENSUS_KEY, CHAIN_NODE_KEY_UNREADABLE, RUNTIME_CANNOT_WRITE
 */
export function ensureValidatorKey(home: string, seed: Uint8Array | undefined): void {
  const path = join(home, "config", "priv_validator_key.json");
  if (existsSync(path)) {
    if (seed !== undefined) assertSameKey(path, createSigner(seed).publicKey);
    return;
  }
  if (seed === undefined) return;
  const { publicKey } = createSigner(seed);
  makeFolder(join(home, "config"));
  makeFolder(join(home, "data"));
  writeSignedState(join(home, "data", "priv_validator_state.json"));
  writeFileAtomicSync(
    path,
    toJson({
      address: bytesToHex(addressOfConsensusKey(publicKey)).toUpperCase(),
      pub_key: { type: "tendermint/PubKeyEd25519", value: Buffer.from(publicKey).toString("base64") },
      priv_key: privateKey(seed),
    }),
  );
}

/** What was signed last; a file that is there already belongs to an earlier key file, and forgets nothing. */
function writeSignedState(path: string): void {
  if (!existsSync(path)) writeFileAtomicSync(path, toJson({ height: "0", round: 0, step: 0 }));
}

function assertSameKey(path: string, publicKey: Uint8Array): void {
  const { pub_key } = read(path, validatorKeySchema);
  const present = Buffer.from(pub_key.value, "base64");
  if (equalBytes(present, publicKey)) return;
  throw new GanglionError(
    "CHAIN_OTHER_CONSENSUS_KEY",
    `${path} holds the key ${bytesToHex(present)}, not ${bytesToHex(publicKey)}: give the keyfile that this node began with, or start a new data folder`,
    { path },
  );
}

function read<T>(path: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new GanglionError(
      "CHAIN_NODE_KEY_UNREADABLE",
      `${path} cannot be read: restore it from a copy`,
      { path },
      { cause },
    );
  }
}

/** Go's form: the seed, then the public key. */
function privateKey(seed: Uint8Array): { readonly type: string; readonly value: string } {
  const both = Buffer.concat([seed, createSigner(seed).publicKey]);
  return { type: KEY_TYPE, value: both.toString("base64") };
}

function toJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
