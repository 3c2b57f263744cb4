import { chain } from "@ganglion/wire";

const U16_MAX = 65_535;

/** What a neuron declared in `serve`. */
export function roleOf(neuron: chain.Neuron): "miner" | "validator" | "none" {
  if (neuron.role === chain.NeuronRole.NEURON_ROLE_MINER) return "miner";
  if (neuron.role === chain.NeuronRole.NEURON_ROLE_VALIDATOR) return "validator";
  return "none";
}

/** A u16 fraction as a percentage. */
export function fractionText(u16: number): string {
  return `${((u16 / U16_MAX) * 100).toFixed(2)} %`;
}
