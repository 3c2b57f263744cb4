import {
  add,
  div,
  Graph,
  log,
  type Model,
  matmul,
  mul,
  neg,
  pick,
  softmax,
  sqrt,
  sub,
  sum,
  type Value,
} from "@ganglion/onnx";
import type { MixtureParameters } from "../parameters.ts";
import { type HeadTensor, headShape } from "./headState.ts";

/** Keeps the logged loss finite where float32 rounds a probability to zero. */
const TINY = 1e-30;

/**
 * One training step of one head over any number of rows: cross entropy weighted by row, AdamW, averaged weights.
 * Inputs beside the head's tensors: representations [rows, dim] (normalised), targets [rows] int32, rowWeights
 * [rows, 1] (sum 1) and the scalars of `adamScalars` and averageStep []. Outputs: loss [] and each tensor's `.next`.
 *
 * PERF: two Gemms hold 95 % of the arithmetic, so the gradient of the one layer is written out: (p - onehot) x weight
 * takes three passes over [rows, vocabulary] where the taped chain takes six. AdamW keeps its moments as plain decayed
 * sums, their scales folded into the scalars: eleven passes over the weights instead of fourteen.
 */
export function buildTrainingModel(parameters: MixtureParameters): Model {
  const { dim, vocabulary, heads } = parameters;
  const graph = new Graph();
  const representations = graph.input("representations", ["rows", dim]);
  const targets = graph.input("targets", ["rows"], "int32");
  const rowWeights = graph.input("rowWeights", ["rows", 1]);
  const scalars = {
    stepSize: graph.input("stepSize", []),
    kept: graph.input("kept", []),
    epsilon: graph.input("epsilon", []),
  };
  const averageStep = graph.input("averageStep", []);
  const tensor = (name: HeadTensor): Value => graph.input(name, headShape(name, parameters));
  const weights = adamInputs(tensor, "weights");
  const bias = adamInputs(tensor, "bias");

  const logits = gemm(graph, [representations, weights.parameter, bias.parameter], ["rows", vocabulary]);
  const probabilities = softmax(logits);
  const hits = add(pick(probabilities, targets), TINY);
  const perRow = mul(log(hits), graph.node(squeezeColumn(graph, rowWeights), "float32", ["rows"]));
  graph.output("loss", neg(sum(perRow)));

  const error = weightedError(graph, probabilities, targets, rowWeights);
  const weightsGradient = matmul(representations, error, { transposeA: true });
  const newWeights = adamStep(weights, weightsGradient, scalars, heads);
  const newBias = adamStep(bias, sum(error, [0]), scalars, heads);
  carryAdam(graph, weights, newWeights);
  carryAdam(graph, bias, newBias);
  carryAverage(graph, tensor("weightsAverage"), newWeights.parameter, averageStep);
  carryAverage(graph, tensor("biasAverage"), newBias.parameter, averageStep);
  return graph.build();
}

type AdamState = { readonly parameter: Value; readonly first: Value; readonly second: Value };
type AdamScalars = { readonly stepSize: Value; readonly kept: Value; readonly epsilon: Value };

/** first = beta1 first + g, second = beta2 second + g^2, parameter = kept parameter - stepSize first / (sqrt(second) + epsilon). */
function adamStep(
  state: AdamState,
  gradient: Value,
  scalars: AdamScalars,
  { beta1, beta2 }: MixtureParameters["heads"],
): AdamState {
  const first = add(mul(state.first, beta1), gradient);
  const second = add(mul(state.second, beta2), mul(gradient, gradient));
  const direction = div(first, add(sqrt(second), scalars.epsilon));
  const parameter = sub(mul(state.parameter, scalars.kept), mul(direction, scalars.stepSize));
  return { parameter, first, second };
}

function adamInputs(tensor: (name: HeadTensor) => Value, name: "weights" | "bias"): AdamState {
  return { parameter: tensor(name), first: tensor(`${name}First`), second: tensor(`${name}Second`) };
}

function carryAdam(graph: Graph, before: AdamState, after: AdamState): void {
  graph.carry(before.parameter, after.parameter);
  graph.carry(before.first, after.first);
  graph.carry(before.second, after.second);
}

function carryAverage(graph: Graph, average: Value, parameter: Value, step: Value): void {
  graph.carry(average, add(average, mul(sub(parameter, average), step)));
}

function gemm(graph: Graph, inputs: readonly Value[], shape: readonly (number | string)[]): Value {
  return graph.node({ op: "Gemm", inputs }, "float32", shape);
}

/** (p - onehot(target)) x weight, by adding -weight at the targets. */
function weightedError(graph: Graph, probabilities: Value, targets: Value, rowWeights: Value): Value {
  const columns = graph.node({ op: "Unsqueeze", inputs: [targets, graph.int64s([1])] }, "int32", ["rows", 1]);
  return graph.node(
    {
      op: "ScatterElements",
      inputs: [mul(probabilities, rowWeights), columns, neg(rowWeights)],
      attributes: { axis: 1, reduction: "add" },
    },
    "float32",
    probabilities.shape,
  );
}

function squeezeColumn(graph: Graph, column: Value): { op: string; inputs: readonly Value[] } {
  return { op: "Squeeze", inputs: [column, graph.int64s([1])] };
}
