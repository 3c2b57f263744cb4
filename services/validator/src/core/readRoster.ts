import { asUid, bytesToHex, equalBytes, type Hotkey, parseHotkey } from "@ganglion/types";
import { chain } from "@ganglion/wire";
import type { RosterMiner } from "../ports.ts";

/** Miners that serve, in uid order; never the validator itself. */
export function readRoster(metagraph: chain.Metagraph, self: Hotkey): readonly RosterMiner[] {
  return metagraph.neurons
    .filter(
      (neuron) =>
        neuron.role === chain.NeuronRole.NEURON_ROLE_MINER &&
        neuron.host !== "" &&
        !equalBytes(neuron.hotkey, self),
    )
    .map((neuron) => ({
      key: `${bytesToHex(neuron.hotkey)}@${neuron.registeredAt}`,
      uid: asUid(neuron.uid),
      hotkey: parseHotkey(neuron.hotkey),
      host: neuron.host,
      port: neuron.port,
    }))
    .sort((a, b) => a.uid - b.uid);
}
