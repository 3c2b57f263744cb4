import { renderTable } from "@ganglion/runtime/terminal";
import { formatGln, GanglionError } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import type { Command } from "commander";
import { type Network, withNetwork } from "../../network.ts";
import { printResult } from "../../output.ts";
import { findNeuronKey } from "./findNeuronKey.ts";
import { neuronValue } from "./metagraph.ts";
import { fractionText, roleOf } from "./neuronText.ts";

/** `ganglion neuron KEY`: one neuron by uid, name or hotkey. */
export function addNeuron(parent: Command): void {
  parent
    .command("neuron <uid|name|hotkey>")
    .description("one neuron: what it earns, its weights, how near it is to being pruned")
    .action((key: string, _options: object, command: Command) =>
      withNetwork(command, async (network, { json }) => {
        const answer = await network.client.neuron(await findNeuronKey(network, key));
        if (answer?.neuron === undefined)
          throw new GanglionError("CLI_NO_NEURON", `no neuron "${key}": \`ganglion metagraph\` lists them`);
        const { neuron } = answer;
        const value = {
          ...neuronValue(neuron, network.nameOf),
          weights: answer.weights,
          pruningRank: answer.pruningRank,
          immunityLeft: answer.immunityLeft,
        };
        printResult(json, value, () => neuronText(network, neuron, answer));
      }),
    );
}

function neuronText(network: Network, n: chain.Neuron, answer: chain.GetNeuronResponse): string {
  const facts: [string, string][] = [
    ["uid", String(n.uid)],
    ["name", network.nameOf(n.hotkey)],
    ["role", roleOf(n)],
    ["endpoint", n.host ? `${n.host}:${n.port}` : "does not serve"],
    ["stake", `${formatGln(n.stake)} GLN`],
    ["take", `${n.takePpm / 10_000} %`],
    ["permit", n.permit ? "yes" : "no"],
    ["incentive", fractionText(n.incentive)],
    ["dividend", fractionText(n.dividend)],
    ["emission, last epoch", `${formatGln(n.emission)} GLN`],
    ["registered at", `block ${n.registeredAt}`],
    ["last reveal", n.lastUpdate === 0 ? "none" : `block ${n.lastUpdate}`],
    ["pruning", pruningText(answer)],
  ];
  const weights = answer.weights.map(
    (row) => `weights, domain ${row.domainId}: ${row.entries.map((e) => `${e.uid}=${e.weight}`).join(" ")}`,
  );
  return [renderTable([["fact", "value"], ...facts]), ...weights].join("\n");
}

function pruningText({ pruningRank, immunityLeft }: chain.GetNeuronResponse): string {
  if (immunityLeft > 0) return `immune for ${immunityLeft} more blocks`;
  return pruningRank < 0 ? "cannot be pruned" : `number ${pruningRank + 1} in the pruning order`;
}
