import type { Signer } from "@ganglion/keys";
import type { Action } from "@ganglion/types";
import type { Command } from "commander";
import { loadSigner, type Network, withNetwork } from "../../network.ts";
import type { Common } from "../../options.ts";
import { printResult } from "../../output.ts";

export type SignedOptions = { readonly from: string; readonly passwordFile?: string };

/** What a command sends: its action, keys that sign after the sender's, and what it tells when a block took it. */
export type Sending = {
  readonly action: Action;
  readonly cosigners?: readonly Signer[];
  readonly done: string;
};

/** Options of a command that a stored key signs. */
export function signedCommand(command: Command, from: string): Command {
  return command
    .requiredOption("--from <key>", from)
    .option("--password-file <file>", "file whose first line is the key's password");
}

/** Builds, sends, waits for the block and tells of it. */
export function sendSigned(
  command: Command,
  options: SignedOptions,
  build: (network: Network, common: Common) => Promise<Sending>,
): Promise<void> {
  return withNetwork(command, async (network, common) => {
    const { action, cosigners = [], done } = await build(network, common);
    const signer = await loadSigner(common, options.from, options.passwordFile);
    const receipt = await network.client.submit(action, [signer, ...cosigners]);
    printResult(common.json, receipt, () => `${done} in block ${receipt.height}`);
  });
}
