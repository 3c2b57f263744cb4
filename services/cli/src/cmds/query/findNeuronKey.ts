import type { NeuronKey } from "@ganglion/client";
import { GanglionError, hexToBytes, isVacantHotkey } from "@ganglion/types";
import type { Network } from "../../network.ts";
import { parseWhole } from "../../options.ts";

/** A neuron by uid, by hotkey in hexadecimal, or by the name that the local network gave it. @throws GanglionError CLI_NO_NEURON */
export async function findNeuronKey(network: Network, text: string): Promise<NeuronKey> {
  if (/^[0-9a-f]{64}$/.test(text)) return { hotkey: hexToBytes(text) };
  if (/^\d+$/.test(text)) return { uid: parseWhole(text, "uid") };
  const graph = await network.client.metagraph();
  const held = graph.neurons.filter(({ hotkey }) => !isVacantHotkey(hotkey));
  const named = held.find(({ hotkey }) => network.nameOf(hotkey) === text);
  if (named) return { hotkey: named.hotkey };
  throw new GanglionError("CLI_NO_NEURON", `no neuron "${text}": \`ganglion metagraph\` lists them`);
}
