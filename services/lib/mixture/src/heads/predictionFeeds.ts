import { float32Tensor, type Tensor } from "@ganglion/onnx";
import { minerOf } from "../state/lookup.ts";
import type { MinerKey, MixtureState } from "../state/mixtureState.ts";
import { floats } from "./applyTraining.ts";
import { headShape } from "./headState.ts";

/** Feeds of the prediction model with this miner's averaged weights. Do not transfer them: they are the state's own. */
export function predictionFeeds(
  state: MixtureState,
  key: MinerKey,
  representations: Float32Array,
): Readonly<Record<string, Tensor>> {
  const { parameters } = state;
  const { tensors } = minerOf(state, key).head;
  const tensor = (name: "weightsAverage" | "biasAverage"): Tensor =>
    float32Tensor(tensors[name] ?? new Float32Array(0), headShape(name, parameters));
  return {
    representations: float32Tensor(representations, [
      representations.length / parameters.dim,
      parameters.dim,
    ]),
    weightsAverage: tensor("weightsAverage"),
    biasAverage: tensor("biasAverage"),
  };
}

/** The prediction model's output: probabilities [rows x vocabulary]. @throws GanglionError MIXTURE_BAD_OUTPUT */
export function readPredictions(outputs: Readonly<Record<string, Tensor>>): Float32Array {
  return floats(outputs, "probabilities");
}
