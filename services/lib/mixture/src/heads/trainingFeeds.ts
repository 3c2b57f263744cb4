import { adamStepSize, float32Tensor, int32Tensor, type Tensor } from "@ganglion/onnx";
import { GanglionError } from "@ganglion/types";
import type { MixtureParameters } from "../parameters.ts";
import { minerOf } from "../state/lookup.ts";
import type { MinerKey, MixtureState } from "../state/mixtureState.ts";
import { HEAD_TENSORS, headShape } from "./headState.ts";

export type TrainingRows = {
  /** Normalised, [rows x dim]. */
  readonly representations: Float32Array;
  /** Next bytes. */
  readonly targets: Uint8Array;
  /** This miner's gate in each row's context. */
  readonly gates: Float32Array;
};

/**
 * Feeds of the training model: run it, then hand its outputs to `applyTraining`. They hold the head's own arrays, so
 * hand buffers over (`transfer`) only if nobody reads this head meanwhile, and `resetHead` if such a run fails.
 *
 * @throws GanglionError MIXTURE_BAD_ROWS (none, or lengths that differ) | MIXTURE_UNKNOWN_MINER
 */
export function trainingFeeds(
  state: MixtureState,
  key: MinerKey,
  rows: TrainingRows,
): Readonly<Record<string, Tensor>> {
  const { parameters } = state;
  const { dim, heads } = parameters;
  const { head } = minerOf(state, key);
  const count = rows.targets.length;
  if (count === 0 || rows.representations.length !== count * dim || rows.gates.length !== count)
    throw new GanglionError("MIXTURE_BAD_ROWS", "a training step needs rows, of equal number in each part", {
      count,
    });
  const kept = Math.min(
    heads.averageMax,
    head.averagedUpdates / (head.averagedUpdates + heads.averageWarmup),
  );
  const feeds: Record<string, Tensor> = {
    representations: float32Tensor(rows.representations, [count, dim]),
    targets: int32Tensor(Int32Array.from(rows.targets), [count]),
    rowWeights: float32Tensor(rowWeights(rows.gates, heads.weightFloor), [count, 1]),
    ...adamScalars(heads, head.updates + 1),
    averageStep: scalar(1 - kept),
  };
  for (const name of HEAD_TENSORS) {
    const data = head.tensors[name];
    if (data !== undefined) feeds[name] = float32Tensor(data, headShape(name, parameters));
  }
  return feeds;
}

/**
 * What AdamW's step `n` (from 1) needs beside the gradient, where moments are plain sums: they are 1 / (1 - beta) times
 * the usual ones, which the step size and epsilon make up for, beside the bias correction.
 */
function adamScalars(heads: MixtureParameters["heads"], n: number): Readonly<Record<string, Tensor>> {
  const { learningRate, decay, beta1, beta2, epsilon } = heads;
  const scale = Math.sqrt(1 - beta2);
  return {
    stepSize: scalar((adamStepSize(learningRate, n, heads) * (1 - beta1)) / scale),
    epsilon: scalar(epsilon / scale),
    kept: scalar(1 - learningRate * decay),
  };
}

function scalar(value: number): Tensor {
  return float32Tensor(Float32Array.of(value), []);
}

/** (floor + gate) / batch mean / rows: what the miner is asked for in earnest weighs most. Sums to 1. */
function rowWeights(gates: Float32Array, floor: number): Float32Array {
  let total = 0;
  for (const gate of gates) total += floor + gate;
  return gates.map((gate) => (floor + gate) / total);
}
