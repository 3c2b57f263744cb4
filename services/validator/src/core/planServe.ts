import { equalBytes, type Hotkey } from "@ganglion/types";
import { chain } from "@ganglion/wire";

export type PublishedAddress = { readonly host: string; readonly port: number };

/**
 * Whether the ledger must be told that this hotkey validates, or where it answers.
 *
 * @param address undefined: it serves nobody, and whatever the ledger says of the address is left alone
 */
export function needsServe(
  metagraph: chain.Metagraph,
  self: Hotkey,
  address: PublishedAddress | undefined,
): "unregistered" | "serve" | "done" {
  const neuron = metagraph.neurons.find(({ hotkey }) => equalBytes(hotkey, self));
  if (!neuron) return "unregistered";
  const declared = neuron.role === chain.NeuronRole.NEURON_ROLE_VALIDATOR;
  const found = !address || (neuron.host === address.host && neuron.port === address.port);
  return declared && found ? "done" : "serve";
}
