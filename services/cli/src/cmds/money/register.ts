import { solveWork } from "@ganglion/client";
import { createLogger } from "@ganglion/runtime/log";
import { addressOfKey, asHeight, parseGln, type RegistrationProof } from "@ganglion/types";
import type { Command } from "commander";
import { loadSigner, type Network, resolveAddress, withNetwork } from "../../network.ts";
import { printResult } from "../../output.ts";

type RegisterOptions = {
  readonly hotkey: string;
  readonly owner: string;
  readonly burn?: string;
  readonly payer?: string;
  readonly passwordFile?: string;
};

/** `ganglion register --hotkey KEY --owner ADDRESS [--burn MAX --payer KEY]`. */
export function addRegister(parent: Command): void {
  parent
    .command("register")
    .description("takes a slot for a hotkey, by proof of work or by burning at most a price")
    .requiredOption("--hotkey <key>", "name of the stored hotkey")
    .requiredOption("--owner <address|key>", "who owns what the hotkey earns (a coldkey's address)")
    .option("--burn <gln>", "burn at most this much instead of working")
    .option("--payer <key>", "stored key that pays the burn (default: the hotkey)")
    .option("--password-file <file>", "file whose first line is the keys' password")
    .action((options: RegisterOptions, command: Command) =>
      withNetwork(command, async (network, common) => {
        const hotkey = await loadSigner(common, options.hotkey, options.passwordFile);
        const payer =
          options.payer === undefined
            ? hotkey
            : await loadSigner(common, options.payer, options.passwordFile);
        const owner = resolveAddress(common, options.owner);
        const proof = await prove(network, hotkey.publicKey, options.burn);
        const signers = payer === hotkey || proof.kind === "work" ? [hotkey] : [payer, hotkey];
        const receipt = await network.client.submit(
          { kind: "register", hotkey: hotkey.publicKey, owner, proof },
          signers,
          { sender: addressOfKey((signers[0] ?? hotkey).publicKey) },
        );
        const neuron = (await network.client.neuron({ hotkey: hotkey.publicKey }))?.neuron;
        printResult(
          common.json,
          { ...receipt, uid: neuron?.uid },
          () => `registered ${options.hotkey} as uid ${neuron?.uid ?? "?"} in block ${receipt.height}`,
        );
      }),
    );
}

async function prove(
  { client }: Network,
  hotkey: Uint8Array,
  burn: string | undefined,
): Promise<RegistrationProof> {
  if (burn !== undefined) return { kind: "burn", maxPrice: parseGln(burn) };
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  const onProgress = (hashesPerSecond: number): void => {
    if (process.stderr.isTTY)
      process.stderr.write(`\rworking: ${Math.floor(hashesPerSecond).toLocaleString("en")} hashes/s `);
  };
  const { height, nonce } = await solveWork(
    { client, hotkey, signal: stop.signal, onProgress },
    { logger: createLogger({ level: "silent" }) },
  );
  if (process.stderr.isTTY) process.stderr.write("\n");
  return { kind: "work", height: asHeight(height), nonce };
}
