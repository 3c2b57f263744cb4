import { GanglionError, type Hotkey, hexToBytes, isVacantHotkey, parseHotkey } from "@ganglion/types";
import type { Network } from "../../network.ts";

/** A hotkey as written in hexadecimal, or that of a neuron by uid or name. @throws GanglionError CLI_NO_NEURON */
export async function findHotkey(network: Network, text: string): Promise<Hotkey> {
  if (/^[0-9a-f]{64}$/.test(text)) return parseHotkey(hexToBytes(text));
  const graph = await network.client.metagraph();
  const held = graph.neurons.filter(({ hotkey }) => !isVacantHotkey(hotkey));
  const found = held.find((n) => String(n.uid) === text || network.nameOf(n.hotkey) === text);
  if (found === undefined)
    throw new GanglionError("CLI_NO_NEURON", `no neuron "${text}": \`ganglion metagraph\` lists them`);
  return parseHotkey(found.hotkey);
}
