import { formatGln, GanglionError, hexToBytes, parseGln, parseHotkey } from "@ganglion/types";
import type { Command } from "commander";
import { loadSigner, type Network, withNetwork } from "../../network.ts";
import { printResult } from "../../output.ts";

type StakeOptions = { readonly from: string; readonly passwordFile?: string };

/** `ganglion stake HOTKEY AMOUNT --from KEY`, and its opposite `unstake`. */
export function addStake(parent: Command): void {
  for (const kind of ["stake", "unstake"] as const)
    parent
      .command(`${kind} <uid|name|hotkey> <gln>`)
      .description(
        kind === "stake"
          ? "stakes GLN with a hotkey"
          : "takes stake back; it is free after the unbonding time",
      )
      .requiredOption("--from <key>", "name of the stored key that owns the GLN")
      .option("--password-file <file>", "file whose first line is the key's password")
      .action((target: string, gln: string, options: StakeOptions, command: Command) =>
        withNetwork(command, async (network, common) => {
          const amount = parseGln(gln);
          const hotkey = await findHotkey(network, target);
          const signer = await loadSigner(common, options.from, options.passwordFile);
          const receipt = await network.client.submit({ kind, hotkey, amount }, [signer]);
          printResult(
            common.json,
            receipt,
            () =>
              `${kind}d ${formatGln(amount)} GLN with ${network.nameOf(hotkey)} in block ${receipt.height}`,
          );
        }),
      );
}

async function findHotkey(network: Network, text: string) {
  if (/^[0-9a-f]{64}$/.test(text)) return parseHotkey(hexToBytes(text));
  const graph = await network.client.metagraph();
  const found = graph.neurons.find((n) => String(n.uid) === text || network.nameOf(n.hotkey) === text);
  if (found === undefined)
    throw new GanglionError("CLI_NO_NEURON", `no neuron "${text}": \`ganglion metagraph\` lists them`);
  return parseHotkey(found.hotkey);
}
