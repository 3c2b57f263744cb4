import type { MixtureParameters } from "../parameters.ts";
import { minerOf } from "../state/lookup.ts";
import type { HeadState, MinerKey, MixtureState } from "../state/mixtureState.ts";

/** The tensors of a head: inputs of the training model, each replaced by its output `<name>.next`. */
export const HEAD_TENSORS = [
  "weights",
  "weightsFirst",
  "weightsSecond",
  "weightsAverage",
  "bias",
  "biasFirst",
  "biasSecond",
  "biasAverage",
] as const;
export type HeadTensor = (typeof HEAD_TENSORS)[number];

/** [dim, vocabulary] for weights, [vocabulary] for biases. */
export function headShape(name: HeadTensor, parameters: MixtureParameters): readonly number[] {
  const { dim, vocabulary } = parameters;
  return name.startsWith("weights") ? [dim, vocabulary] : [vocabulary];
}

/** A head that predicts every byte alike: all heads start equal, or copies could not be told by their predictions. */
export function createHead(parameters: MixtureParameters): HeadState {
  return { updates: 0, averagedUpdates: 0, tensors: zeroTensors(parameters) };
}

/** Starts a head again from zero, as after a run that failed with its tensors handed over. */
export function resetHead(state: MixtureState, key: MinerKey): void {
  const { head } = minerOf(state, key);
  head.tensors = zeroTensors(state.parameters);
  head.updates = 0;
  head.averagedUpdates = 0;
}

/** Its model changed: the weights stay and go on learning, the average begins anew from them. */
export function markModelChanged(state: MixtureState, key: MinerKey): void {
  minerOf(state, key).head.averagedUpdates = 0;
}

function zeroTensors(parameters: MixtureParameters): HeadState["tensors"] {
  return Object.fromEntries(
    HEAD_TENSORS.map((name) => {
      const size = headShape(name, parameters).reduce((product, length) => product * length, 1);
      return [name, new Float32Array(size)];
    }),
  );
}
