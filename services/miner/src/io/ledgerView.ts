import { bytesToHex, type Hotkey } from "@ganglion/types";
import type { chain } from "@ganglion/wire";

/** The newest metagraph that was seen, by hotkey. */
export class LedgerView {
  #metagraph: chain.Metagraph | undefined;
  #neurons = new Map<string, chain.Neuron>();

  get metagraph(): chain.Metagraph | undefined {
    return this.#metagraph;
  }

  take(metagraph: chain.Metagraph): void {
    this.#metagraph = metagraph;
    this.#neurons = new Map(metagraph.neurons.map((neuron) => [bytesToHex(neuron.hotkey), neuron]));
  }

  neuronOf(hotkey: Hotkey): chain.Neuron | undefined {
    return this.#neurons.get(bytesToHex(hotkey));
  }
}
