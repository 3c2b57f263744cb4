import { formatGln, parseGln } from "@ganglion/types";
import type { Command } from "commander";
import { loadSigner, resolveAddress, withNetwork } from "../../network.ts";
import { printResult } from "../../output.ts";

/** `ganglion transfer TO AMOUNT --from KEY`. */
export function addTransfer(parent: Command): void {
  parent
    .command("transfer <to> <gln>")
    .description("sends GLN to an address (or stored key)")
    .requiredOption("--from <key>", "name of the stored key that pays")
    .option("--password-file <file>", "file whose first line is the key's password")
    .action((to: string, gln: string, options: { from: string; passwordFile?: string }, command: Command) =>
      withNetwork(command, async ({ client }, common) => {
        const amount = parseGln(gln);
        const signer = await loadSigner(common, options.from, options.passwordFile);
        const receipt = await client.submit({ kind: "transfer", to: resolveAddress(common, to), amount }, [
          signer,
        ]);
        printResult(
          common.json,
          receipt,
          () =>
            `sent ${formatGln(amount)} GLN in block ${receipt.height} (fee ${formatGln(receipt.fee)} GLN)`,
        );
      }),
    );
}
