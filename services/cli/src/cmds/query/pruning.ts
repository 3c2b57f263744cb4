import { renderTable } from "@ganglion/runtime/terminal";
import { formatGln } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import type { Command } from "commander";
import { type Network, resolveAddress, withNetwork } from "../../network.ts";
import { printResult } from "../../output.ts";

/** `ganglion pruning`: who loses its slot first. */
export function addPruning(parent: Command): void {
  parent
    .command("pruning")
    .description("the order in which neurons are replaced, and what is left of their immunity")
    .option("--owner <address|key>", "only this owner's neurons")
    .action(({ owner }: { owner?: string }, command: Command) =>
      withNetwork(command, async (network, common) => {
        const of = owner === undefined ? undefined : resolveAddress(common, owner);
        const order = await network.client.pruningOrder(of);
        printResult(common.json, order, () => orderText(network, order));
      }),
    );
}

function orderText({ nameOf }: Network, { places, slotsFull }: chain.GetPruningOrderResponse): string {
  const rows = places.map((place) => [
    String(place.uid),
    nameOf(place.hotkey),
    placeText(place),
    formatGln(place.emissionAverage),
    String(place.registeredAt),
  ]);
  const head = ["uid", "name", "is replaced", "average emission", "registered at"];
  const note = slotsFull
    ? "all slots are taken: each registration replaces one"
    : "there are free slots: nobody is replaced yet";
  return [renderTable([head, ...rows]), note].join("\n");
}

function placeText({ distance, immunityLeft, keptByBootstrap }: chain.PruningPlace): string {
  if (keptByBootstrap) return "not during the bootstrap";
  if (immunityLeft > 0) return `immune for ${immunityLeft} blocks`;
  return distance === 0 ? "next" : `after ${distance} of them`;
}
