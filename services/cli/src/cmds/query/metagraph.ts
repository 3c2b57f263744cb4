import { encodeAddress } from "@ganglion/keys";
import { renderTable } from "@ganglion/runtime/terminal";
import { formatGln, parseAddressBytes } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import type { Command } from "commander";
import { withNetwork } from "../../network.ts";
import { printResult } from "../../output.ts";
import { fractionText, roleOf } from "./neuronText.ts";

/** `ganglion metagraph`: every neuron. */
export function addMetagraph(parent: Command): void {
  parent
    .command("metagraph")
    .description("all neurons: stake, incentive, emission, endpoint")
    .action((_options: object, command: Command) =>
      withNetwork(command, async ({ client, nameOf }, { json }) => {
        const graph = await client.metagraph();
        const value = {
          height: graph.height,
          epoch: graph.epoch,
          issuance: graph.issuance,
          bootstrap: graph.bootstrap,
          domains: graph.domains,
          neurons: graph.neurons.map((neuron) => neuronValue(neuron, nameOf)),
        };
        printResult(json, value, () => metagraphText(graph, nameOf));
      }),
    );
}

/** A neuron as `--json` shows it. */
export function neuronValue(neuron: chain.Neuron, nameOf: (hotkey: Uint8Array) => string): object {
  return {
    ...neuron,
    name: nameOf(neuron.hotkey),
    role: roleOf(neuron),
    owner: encodeAddress(parseAddressBytes(neuron.owner)),
  };
}

function metagraphText(graph: chain.Metagraph, nameOf: (hotkey: Uint8Array) => string): string {
  const domains = graph.domains
    .filter(({ sharePpm }) => sharePpm > 0)
    .map((d) => `${d.name} ${(d.sharePpm / 10_000).toFixed(0)} %`)
    .join(", ");
  const rows = graph.neurons.map((n) => [
    String(n.uid),
    nameOf(n.hotkey),
    roleOf(n),
    n.permit ? "yes" : "",
    formatGln(n.stake),
    fractionText(n.incentive),
    fractionText(n.dividend),
    formatGln(n.emission),
    String(n.lastUpdate),
    n.host ? `${n.host}:${n.port}` : "-",
  ]);
  return [
    `height ${graph.height}  epoch ${graph.epoch}  issuance ${formatGln(graph.issuance)} GLN  domains: ${domains}`,
    renderTable([
      ["uid", "name", "role", "permit", "stake", "incentive", "dividend", "emission", "updated", "endpoint"],
      ...rows,
    ]),
  ].join("\n");
}
