import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { GanglionError, hexToBytes, RECORD_KINDS, type RecordKind } from "@ganglion/types";
import { type Command, Option } from "commander";
import { type SignedOptions, sendSigned, signedCommand } from "./signedCommand.ts";

type PublishOptions = SignedOptions & {
  readonly kind: RecordKind;
  readonly file?: string;
  readonly digest?: string;
  readonly uri: string;
};

const NO_DIGEST = new Uint8Array(32);

/** `ganglion publish NAME --kind dataset --file manifest.json --uri https://... --from KEY`. */
export function addPublish(parent: Command): void {
  signedCommand(parent.command("publish <name>"), "name of the stored key whose record it is")
    .description("publishes or changes a record: the digest and the address of a dataset or model card")
    .addOption(new Option("--kind <kind>", "what it is").choices(RECORD_KINDS).default("dataset"))
    .option("--file <file>", "the document, to take its SHA-256")
    .option("--digest <hex>", "its SHA-256, instead of the file")
    .option("--uri <uri>", "where it is; without it the record is withdrawn", "")
    .action((name: string, options: PublishOptions, command: Command) =>
      sendSigned(command, options, async () => ({
        action: {
          kind: "publishRecord",
          recordKind: options.kind,
          name,
          digest: await digestOf(options),
          uri: options.uri,
        },
        done: options.uri === "" ? `withdrew ${name}` : `published ${name}`,
      })),
    );
}

async function digestOf({ file, digest, uri }: PublishOptions): Promise<Uint8Array> {
  if (file !== undefined) return await hashFile(file);
  if (digest !== undefined && /^[0-9a-f]{64}$/.test(digest)) return hexToBytes(digest);
  if (digest === undefined && uri === "") return NO_DIGEST;
  throw new GanglionError(
    "CLI_NO_DIGEST",
    "name the document with --file, or its SHA-256 with --digest (64 hexadecimal digits)",
  );
}

async function hashFile(file: string): Promise<Uint8Array> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  } catch (cause) {
    throw new GanglionError("CLI_NO_FILE", `cannot read ${file}`, { file }, { cause });
  }
  return hash.digest();
}
