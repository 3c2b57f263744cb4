import { parseGln } from "@ganglion/types";
import type { Command } from "commander";
import { findHotkey } from "./findHotkey.ts";
import { parseStake, stakeText } from "./parseStake.ts";
import { type SignedOptions, sendSigned, signedCommand } from "./signedCommand.ts";

const OWNS_GLN = "name of the stored key that owns the GLN";

/** `ganglion stake HOTKEY AMOUNT --from KEY`, its opposite `unstake`, and `move-stake FROM TO AMOUNT`. */
export function addStake(parent: Command): void {
  signedCommand(parent.command("stake <uid|name|hotkey> <gln>"), OWNS_GLN)
    .description("stakes GLN with anybody's hotkey, which shares what it earns for stake")
    .action((target: string, gln: string, options: SignedOptions, command: Command) => {
      const amount = parseGln(gln);
      return sendSigned(command, options, async (network) => {
        const hotkey = await findHotkey(network, target);
        const done = `staked ${gln} GLN with ${network.nameOf(hotkey)}`;
        return { action: { kind: "stake", hotkey, amount }, done };
      });
    });
  signedCommand(parent.command("unstake <uid|name|hotkey> <gln|all>"), OWNS_GLN)
    .description("takes stake back; it is free after the unbonding time")
    .action((target: string, gln: string, options: SignedOptions, command: Command) => {
      const amount = parseStake(gln);
      return sendSigned(command, options, async (network) => {
        const hotkey = await findHotkey(network, target);
        const done = `unstaked ${stakeText(gln)} from ${network.nameOf(hotkey)}`;
        return { action: { kind: "unstake", hotkey, amount }, done };
      });
    });
  addMoveStake(parent);
}

function addMoveStake(parent: Command): void {
  signedCommand(parent.command("move-stake <from> <to> <gln|all>"), OWNS_GLN)
    .description("moves stake to another hotkey (uid, name or hotkey), without unbonding")
    .action((source: string, target: string, gln: string, options: SignedOptions, command: Command) => {
      const amount = parseStake(gln);
      return sendSigned(command, options, async (network) => {
        const from = await findHotkey(network, source);
        const to = await findHotkey(network, target);
        const done = `moved ${stakeText(gln)} from ${network.nameOf(from)} to ${network.nameOf(to)}`;
        return { action: { kind: "moveStake", from, to, amount }, done };
      });
    });
}
