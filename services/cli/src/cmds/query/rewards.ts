import { renderTable } from "@ganglion/runtime/terminal";
import { formatGln } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import type { Command } from "commander";
import { type Network, resolveAddress, withNetwork } from "../../network.ts";
import type { Common } from "../../options.ts";
import { parseWhole } from "../../options.ts";
import { printResult } from "../../output.ts";
import { findHotkey } from "../money/findHotkey.ts";

/** `ganglion rewards OF`: past payments to a hotkey's pool, or to an account by its stake. */
export function addRewards(parent: Command): void {
  parent
    .command("rewards <uid|name|hotkey|address>")
    .description("what a hotkey, or an account by its stake, was paid, epoch by epoch")
    .option("--last <n>", "payments at most", "20")
    .option("--account", "a name means a stored key's account, not a neuron", false)
    .action((of: string, options: { last: string; account: boolean }, command: Command) =>
      withNetwork(command, async (network, common) => {
        const limit = parseWhole(options.last, "--last");
        const subject = await subjectOf(network, common, { of, account: options.account });
        const rewards = await network.client.rewards(subject, { limit });
        printResult(common.json, rewards, () => rewardsText(network, rewards));
      }),
    );
}

async function subjectOf(
  network: Network,
  common: Common,
  { of, account }: { readonly of: string; readonly account: boolean },
) {
  return account || of.startsWith("gln1")
    ? { address: resolveAddress(common, of) }
    : { hotkey: await findHotkey(network, of) };
}

function rewardsText({ nameOf }: Network, rewards: readonly chain.Reward[]): string {
  if (rewards.length === 0) return "nothing was paid yet";
  const rows = rewards.map((reward) => [
    String(reward.epoch),
    nameOf(reward.hotkey),
    formatGln(reward.amount),
    formatGln(reward.take),
    formatGln(reward.own),
    formatGln(reward.stakeAfter),
  ]);
  const head = ["epoch", "hotkey", "GLN", "of it take", "owner's alone", "stake after"];
  return renderTable([head, ...rows]);
}
