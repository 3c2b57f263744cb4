import { GanglionError, VOTE_CHOICES } from "@ganglion/types";
import type { Command } from "commander";
import { parseWhole } from "../../options.ts";
import { findHotkey } from "./findHotkey.ts";
import { type SignedOptions, sendSigned, signedCommand } from "./signedCommand.ts";

type VoteOptions = SignedOptions & { readonly hotkey: string };

/** `ganglion vote ID yes --hotkey HOTKEY --from KEY`. */
export function addVote(parent: Command): void {
  signedCommand(parent.command("vote <proposal> <yes|no>"), "name of the stored key that has the stake")
    .description("votes with the stake that a key had with a hotkey when the round began")
    .requiredOption("--hotkey <uid|name|hotkey>", "where the stake is")
    .action((proposal: string, answer: string, options: VoteOptions, command: Command) => {
      const id = parseWhole(proposal, "a proposal");
      const choice = VOTE_CHOICES.find((known) => known === answer);
      if (choice === undefined)
        throw new GanglionError("CLI_BAD_CHOICE", `a vote is yes or no, not "${answer}"`);
      return sendSigned(command, options, async (network) => ({
        action: { kind: "vote", proposal: id, hotkey: await findHotkey(network, options.hotkey), choice },
        done: `voted ${choice} on proposal ${id}`,
      }));
    });
}
