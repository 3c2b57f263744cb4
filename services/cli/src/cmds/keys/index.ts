import { join } from "node:path";
import { createMnemonic, deriveSeed, encodeAddress, mnemonicToSeed, openKeystore } from "@ganglion/keys";
import { makeFolder } from "@ganglion/runtime/files";
import { renderTable } from "@ganglion/runtime/terminal";
import { addressOfKey, bytesToHex, GanglionError } from "@ganglion/types";
import type { Command } from "commander";
import { commonOptions } from "../../options.ts";
import { printResult } from "../../output.ts";
import { readNewPassword, readSecretLine } from "../../password.ts";

const KINDS = ["hotkey", "coldkey", "payer"] as const;
type Kind = (typeof KINDS)[number];

/** `ganglion keys new | list | import`. */
export function addKeys(parent: Command): void {
  const keys = parent.command("keys").description("keys of this state folder");
  keys
    .command("new <name>")
    .description("makes a key and prints its backup phrase once")
    .option("--kind <kind>", `one of ${KINDS.join(", ")}`, "hotkey")
    .option("--password-file <file>", "file whose first line is the password")
    .option("--plain", "no encryption: for throw-away networks only", false)
    .action(async (name: string, options: SaveOptions, command: Command) => {
      const phrase = createMnemonic();
      await saveKey(command, name, options, phrase);
    });
  keys
    .command("import <name>")
    .description("restores a key from a backup phrase on standard input (or typed)")
    .option("--kind <kind>", `one of ${KINDS.join(", ")}`, "hotkey")
    .option("--ordinal <n>", "which key of the phrase", "0")
    .option("--password-file <file>", "file whose first line is the password")
    .option("--plain", "no encryption: for throw-away networks only", false)
    .action(async (name: string, options: SaveOptions, command: Command) => {
      const phrase = (await readSecretLine("backup phrase: ")).trim();
      await saveKey(command, name, options, phrase, true);
    });
  keys
    .command("list")
    .description("names, kinds, addresses and public keys")
    .action((_options: object, command: Command) => listKeys(command));
}

type SaveOptions = {
  readonly kind: string;
  readonly passwordFile?: string;
  readonly plain: boolean;
  readonly ordinal?: string;
};

async function saveKey(
  command: Command,
  name: string,
  options: SaveOptions,
  phrase: string,
  imported = false,
): Promise<void> {
  const { json, stateDir } = commonOptions(command);
  const kind = parseKind(options.kind);
  const seed = deriveSeed(mnemonicToSeed(phrase), kind, Number(options.ordinal ?? 0));
  const protection = options.plain
    ? ({ kind: "plain" } as const)
    : ({ kind: "password", password: await readNewPassword(options.passwordFile) } as const);
  const folder = join(stateDir, "keys");
  makeFolder(folder);
  const saved = openKeystore(folder).save(name, { kind, seed }, protection);
  const address = encodeAddress(addressOfKey(saved.publicKey));
  const value = { name, kind, address, publicKey: bytesToHex(saved.publicKey), path: saved.path };
  printResult(json, imported ? value : { ...value, backupPhrase: phrase }, () =>
    [
      `${kind} ${name}`,
      `address     ${address}`,
      `public key  ${value.publicKey}`,
      `file        ${saved.path}`,
      ...(imported ? [] : ["", "Write these words down; they are shown once and restore the key:", phrase]),
    ].join("\n"),
  );
}

function listKeys(command: Command): void {
  const { json, stateDir } = commonOptions(command);
  const keys = openKeystore(join(stateDir, "keys"))
    .list()
    .map((key) => ({
      name: key.name,
      kind: key.kind,
      encrypted: key.encrypted,
      address: encodeAddress(addressOfKey(key.publicKey)),
      publicKey: bytesToHex(key.publicKey),
    }));
  printResult(json, keys, () =>
    renderTable([
      ["name", "kind", "encrypted", "address", "public key"],
      ...keys.map((key) => [key.name, key.kind, key.encrypted ? "yes" : "no", key.address, key.publicKey]),
    ]),
  );
}

function parseKind(text: string): Kind {
  const kind = KINDS.find((known) => known === text);
  if (kind === undefined)
    throw new GanglionError("CLI_BAD_KIND", `--kind must be one of ${KINDS.join(", ")}, not "${text}"`);
  return kind;
}
