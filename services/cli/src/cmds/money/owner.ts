import type { Command } from "commander";
import { loadSigner } from "../../network.ts";
import { parsePercent } from "../../options.ts";
import { findHotkey } from "./findHotkey.ts";
import { type SignedOptions, sendSigned, signedCommand } from "./signedCommand.ts";

const OWNS_HOTKEY = "name of the stored coldkey that owns the hotkey";

/** What a hotkey's owner does: `ganglion set-take HOTKEY PERCENT`, `ganglion swap-hotkey HOTKEY NEWKEY`. */
export function addOwner(parent: Command): void {
  signedCommand(parent.command("set-take <uid|name|hotkey> <percent>"), OWNS_HOTKEY)
    .description("sets the owner's part of what the hotkey earns for stake")
    .action((target: string, percent: string, options: SignedOptions, command: Command) => {
      const takePpm = parsePercent(percent);
      return sendSigned(command, options, async (network) => {
        const hotkey = await findHotkey(network, target);
        const done = `${network.nameOf(hotkey)} takes ${percent} %`;
        return { action: { kind: "setTake", hotkey, takePpm }, done };
      });
    });
  signedCommand(parent.command("swap-hotkey <uid|name|hotkey> <new>"), OWNS_HOTKEY)
    .description("gives a neuron and its stake a new hotkey, a stored key that was never registered")
    .action((target: string, fresh: string, options: SignedOptions, command: Command) =>
      sendSigned(command, options, async (network, common) => {
        const signer = await loadSigner(common, fresh, options.passwordFile);
        const hotkey = await findHotkey(network, target);
        return {
          action: { kind: "swapHotkey", hotkey, newHotkey: signer.publicKey },
          cosigners: [signer],
          done: `${network.nameOf(hotkey)} goes on as ${fresh}`,
        };
      }),
    );
}
