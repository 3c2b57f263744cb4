import { bindKeyMessage } from "@ganglion/types";
import type { Command } from "commander";
import { loadSigner } from "../../network.ts";
import { type SignedOptions, sendSigned, signedCommand } from "./signedCommand.ts";

const HOTKEY = "name of the stored hotkey, whose account pays";

/** Who signs blocks for a pool: `ganglion bind-key KEY --from HOTKEY`, `ganglion unbind-key --from HOTKEY`. */
export function addConsensusKey(parent: Command): void {
  signedCommand(parent.command("bind-key <key>"), HOTKEY)
    .description(
      "binds a stored key to the hotkey as its consensus key, or rotates to it; a key is bound once",
    )
    .action((name: string, options: SignedOptions, command: Command) =>
      sendSigned(command, options, async (network, common) => {
        const key = await loadSigner(common, name, options.passwordFile);
        const hotkey = await loadSigner(common, options.from, options.passwordFile);
        const message = bindKeyMessage(await network.client.genesisHash(), hotkey.publicKey);
        return {
          action: { kind: "bindKey", consensusKey: key.publicKey, proof: key.sign(message) },
          done: `${name} signs blocks for ${network.nameOf(hotkey.publicKey)} once it has power: bound`,
        };
      }),
    );
  signedCommand(parent.command("unbind-key"), HOTKEY)
    .description("gives up the hotkey's consensus key; keep its node running until it has no power")
    .action((options: SignedOptions, command: Command) =>
      sendSigned(command, options, async () => ({
        action: { kind: "unbindKey" },
        done: "the consensus key leaves the set at the next epochs: unbound",
      })),
    );
}
