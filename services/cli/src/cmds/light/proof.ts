import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ProofOf } from "@ganglion/client";
import { cannotWrite } from "@ganglion/runtime/files";
import { GanglionError } from "@ganglion/types";
import type { Command } from "commander";
import { type Network, resolveAddress, withNetwork } from "../../network.ts";
import { type Common, commonOptions } from "../../options.ts";
import { printResult } from "../../output.ts";
import { findNeuronKey } from "../query/findNeuronKey.ts";

type Find = (network: Network, text: string, common: Common) => Promise<ProofOf>;

/** `ganglion proof neuron|weights|account KEY --out FILE`: what `verify` checks without any node. */
export function addProof(parent: Command): void {
  const proof = parent
    .command("proof")
    .description("a file that shows part of the ledger to people who trust no node: see `verify`");
  addSubject(
    proof,
    "neuron <uid|name|hotkey>",
    "a neuron: what it earns, where it serves",
    async (network, text) => ({
      kind: "neuron",
      ...(await findNeuronKey(network, text)),
    }),
  );
  addSubject(
    proof,
    "weights <uid|name|hotkey>",
    "the weights that a neuron revealed last",
    async (network, text) => ({
      kind: "weights",
      ...(await findNeuronKey(network, text)),
    }),
  );
  addSubject(
    proof,
    "account <name|address>",
    "an account's balance and nonce",
    async (_network, text, common) => ({
      kind: "account",
      address: resolveAddress(common, text),
    }),
  );
}

function addSubject(parent: Command, usage: string, description: string, find: Find): void {
  parent
    .command(usage)
    .description(description)
    .requiredOption("--out <file>", "where the proof is written")
    .action((key: string, { out }: { out: string }, command: Command) =>
      withNetwork(command, async (network) => {
        const common = commonOptions(command);
        const answer = await network.client.proof(await find(network, key, common));
        if (answer === undefined)
          throw new GanglionError("CLI_NOTHING_TO_PROVE", `the ledger does not know "${key}"`);
        const path = resolve(out);
        write(path, answer.proof);
        const { height, proof } = answer;
        printResult(
          common.json,
          { file: path, height, bytes: proof.length },
          () =>
            `${path}: ${proof.length} bytes about the state after block ${height}; \`ganglion verify ${out}\` checks it`,
        );
      }),
    );
}

function write(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}
