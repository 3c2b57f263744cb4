import type { MinerKey } from "@ganglion/mixture";
import { asUid, bytesToHex, equalBytes, type Hotkey, parseHotkey } from "@ganglion/types";
import { chain } from "@ganglion/wire";
import type { RosterMiner } from "../ports.ts";

const SEPARATOR = "@";

/** Miners in uid order, also those that do not serve now; never the validator itself. */
export function readRoster(metagraph: chain.Metagraph, self: Hotkey): readonly RosterMiner[] {
  return metagraph.neurons
    .filter(
      (neuron) => neuron.role === chain.NeuronRole.NEURON_ROLE_MINER && !equalBytes(neuron.hotkey, self),
    )
    .map((neuron) => ({
      key: `${bytesToHex(neuron.hotkey)}${SEPARATOR}${neuron.registeredAt}`,
      uid: asUid(neuron.uid),
      hotkey: parseHotkey(neuron.hotkey),
      host: neuron.host,
      port: neuron.port,
    }))
    .sort((a, b) => a.uid - b.uid);
}

/** Whose tenure a key names: the same over all registrations of one hotkey. */
export function identityOf(key: MinerKey): string {
  return key.split(SEPARATOR, 1)[0] ?? key;
}
