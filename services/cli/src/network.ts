import { join } from "node:path";
import { type ChainClient, createChainClient } from "@ganglion/client";
import { createSigner, decodeAddress, type Keystore, openKeystore, type Signer } from "@ganglion/keys";
import { createLogger } from "@ganglion/runtime/log";
import { type AddressBytes, addressOfKey, bytesToHex, isVacantHotkey } from "@ganglion/types";
import type { Command } from "commander";
import { type Common, commonOptions } from "./options.ts";
import { readPassword } from "./password.ts";

/** The ledger that a command talks to, and what the state folder knows of it. */
export type Network = {
  readonly client: ChainClient;
  /**
   * A hotkey's resource name, or that of its stored key, or the start of its hexadecimal form; "vacant" for that of an
   * empty slot.
   */
  readonly nameOf: (hotkey: Uint8Array) => string;
  /** `host:port` of a running validator's own API. */
  readonly validators: readonly { readonly name: string; readonly endpoint: string }[];
};

const SHORT_KEY_CHARS = 12;

/** Runs an action against the network of `--endpoint` or of the state folder, then closes the connection. */
export async function withNetwork(
  command: Command,
  action: (network: Network, common: Common) => Promise<void>,
): Promise<void> {
  const common = commonOptions(command);
  const run = await runOf(common);
  const endpoints = common.endpoint === undefined ? run.chains : [common.endpoint];
  const client = createChainClient({ endpoints }, { logger: createLogger({ level: "silent" }) });
  const names = { ...storedNames(common), ...run.names };
  const nameOf = (hotkey: Uint8Array): string => {
    if (isVacantHotkey(hotkey)) return "vacant";
    const hex = bytesToHex(hotkey);
    return names[hex] ?? hex.slice(0, SHORT_KEY_CHARS);
  };
  try {
    await action({ client, nameOf, validators: run.validators }, common);
  } finally {
    client.close();
  }
}

/** The signer of a stored key, asking for its password where it has one. */
export async function loadSigner(
  common: Common,
  name: string,
  passwordFile: string | undefined,
): Promise<Signer> {
  const store = keystoreOf(common);
  const stored = store.find(name);
  const password = stored?.encrypted ? await readPassword(passwordFile, `password of ${name}: `) : undefined;
  return createSigner(store.load(name, password).seed);
}

/** An address as written (`gln1...`), or the name of a stored key. */
export function resolveAddress(common: Common, text: string): AddressBytes {
  const stored = keystoreOf(common).find(text);
  return stored ? addressOfKey(stored.publicKey) : decodeAddress(text);
}

function keystoreOf({ stateDir }: Common): Keystore {
  return openKeystore(join(stateDir, "keys"));
}

/**
 * By public key in hexadecimal: on a network of others the reader's own neurons have names too. Names only help to
 * read: a damaged keyfile must not keep anybody from looking.
 */
function storedNames(common: Common): Record<string, string> {
  const keys = keystoreOf(common).readable();
  return Object.fromEntries(keys.map(({ publicKey, name }) => [bytesToHex(publicKey), name]));
}

async function runOf(common: Common) {
  const { readRunFile } = await import("@ganglion/local");
  try {
    return readRunFile(common.stateDir);
  } catch (error) {
    if (common.endpoint === undefined) throw error;
    return { chains: [common.endpoint], validators: [], names: {} as Record<string, string> };
  }
}
