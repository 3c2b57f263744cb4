import { encodeAddress } from "@ganglion/keys";
import { renderTable } from "@ganglion/runtime/terminal";
import { bytesToHex, parseAddressBytes, RECORD_KINDS, type RecordKind } from "@ganglion/types";
import { type Command, Option } from "commander";
import { resolveAddress, withNetwork } from "../../network.ts";
import { printResult } from "../../output.ts";

/** `ganglion records`: what accounts published; `ganglion charter`: what governance adopted. */
export function addRecords(parent: Command): void {
  parent
    .command("records")
    .description("published dataset manifests and model cards")
    .option("--owner <address|key>", "only this account's")
    .addOption(new Option("--kind <kind>", "only of this kind").choices(RECORD_KINDS))
    .action(({ owner, kind }: { owner?: string; kind?: RecordKind }, command: Command) =>
      withNetwork(command, async ({ client }, common) => {
        const by = owner === undefined ? {} : { owner: resolveAddress(common, owner) };
        const records = await client.records({ ...by, ...(kind !== undefined && { kind }) });
        const rows = records.map((record) => [
          record.kind,
          record.name,
          encodeAddress(parseAddressBytes(record.owner)),
          bytesToHex(record.digest),
          record.uri === "" ? "withdrawn" : record.uri,
          String(record.updatedAt),
        ]);
        printResult(common.json, records, () =>
          renderTable([["kind", "name", "owner", "SHA-256", "URI", "block"], ...rows]),
        );
      }),
    );
  parent
    .command("charter")
    .description("the charter in force")
    .action((_options: object, command: Command) =>
      withNetwork(command, async ({ client }, { json }) => {
        const charter = await client.charter();
        printResult(json, charter, () => (charter.text === "" ? "no charter was adopted" : charter.text));
      }),
    );
}
