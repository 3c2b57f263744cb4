import { GanglionError, type Hotkey, hexToBytes, isVacantHotkey, parseHotkey } from "@ganglion/types";
import type { Network } from "../../network.ts";

type Named = Pick<Network, "nameOf"> & { readonly client: Pick<Network["client"], "metagraph"> };

/**
 * A hotkey as written in hexadecimal, or that of a neuron by uid or name. Digits are a uid, though a key may be named so:
 * money must not go astray.
 * @throws GanglionError CLI_NO_NEURON
 */
export async function findHotkey(network: Named, text: string): Promise<Hotkey> {
  if (/^[0-9a-f]{64}$/.test(text)) return parseHotkey(hexToBytes(text));
  const graph = await network.client.metagraph();
  const held = graph.neurons.filter(({ hotkey }) => !isVacantHotkey(hotkey));
  const found = /^\d+$/.test(text)
    ? held.find(({ uid }) => String(uid) === text)
    : held.find(({ hotkey }) => network.nameOf(hotkey) === text);
  if (found === undefined)
    throw new GanglionError("CLI_NO_NEURON", `no neuron "${text}": \`ganglion metagraph\` lists them`);
  return parseHotkey(found.hotkey);
}
