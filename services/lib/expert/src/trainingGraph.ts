import {
  type AdamWOptions,
  adamW,
  add,
  crossEntropy,
  div,
  Graph,
  gradients,
  type Model,
  mean,
  mul,
  reshape,
  sqrt,
  sum,
  type Value,
} from "@ganglion/onnx";
import { block, embed, headSlopes, ownHead, type ParameterValues, represent } from "./network.ts";
import { type ExpertShape, parameterSpecs } from "./shape.ts";

export const EXPERT_ADAM: AdamWOptions = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8 };

const MAX_GRADIENT_NORM = 1;
const HIDDEN = -1e9;

/** Names of a parameter's moments among the state of a training. */
export const firstMoment = (name: string): string => `${name}#m`;
export const secondMoment = (name: string): string => `${name}#v`;

/**
 * One AdamW step. Feeds: `ids` and `targets` int32 [batch, window], `stepSize` and `shrink` scalars. State: the
 * parameters and moments, carried. Returns `loss`, the mean cost in nats before the step.
 */
export function buildTrainingGraph(shape: ExpertShape, batch: number): Model {
  const graph = new Graph();
  const specs = parameterSpecs(shape);
  const parameters = new Map(specs.map(({ name, shape: size }) => [name, graph.input(name, size)]));
  const losses = tokenLosses(shape, parameters, batch);
  const loss = mean(losses);
  const ordered = [...parameters.values()];
  const raw = gradients(loss, ordered);
  const norm = sqrt(raw.map((gradient) => sum(mul(gradient, gradient))).reduce((a, b) => add(a, b)));
  const clip = div(graph.scalar(MAX_GRADIENT_NORM), maximum(norm, graph.scalar(MAX_GRADIENT_NORM)));
  const stepSize = graph.input("stepSize", []);
  const shrink = graph.input("shrink", []);
  specs.forEach(({ name, shape: size }, index) => {
    const [parameter, gradient] = [ordered[index], raw[index]];
    if (parameter === undefined || gradient === undefined) return;
    const first = graph.input(firstMoment(name), size);
    const second = graph.input(secondMoment(name), size);
    const decayed = size.length > 1 ? shrink : graph.scalar(0);
    const rates = { stepSize, shrink: decayed };
    const next = adamW({ parameter, first, second }, mul(gradient, clip), rates, EXPERT_ADAM);
    graph.carry(parameter, next.parameter);
    graph.carry(first, next.first);
    graph.carry(second, next.second);
  });
  graph.output("loss", loss);
  return graph.build();
}

/** Cost of each byte: feeds `ids` and `targets` int32 [batch, window]; state as in training; `losses` [batch, window]. */
export function buildEvaluationGraph(shape: ExpertShape, batch: number): Model {
  const graph = new Graph();
  const specs = parameterSpecs(shape);
  const parameters = new Map(specs.map(({ name, shape: size }) => [name, graph.input(name, size)]));
  graph.output("losses", reshape(tokenLosses(shape, parameters, batch), [batch, shape.window]));
  return graph.build();
}

function tokenLosses(shape: ExpertShape, parameters: ParameterValues, batch: number): Value {
  const [first] = parameters.values();
  const graph = first?.graph ?? new Graph();
  const size = [batch, shape.window];
  const ids = graph.input("ids", size, "int32");
  const targets = graph.input("targets", size, "int32");
  const bias = graph.constant(causalBias(shape), [1, shape.heads, shape.window, shape.window]);
  let x = embed(shape, parameters, ids);
  for (let index = 0; index < shape.blocks; index++)
    x = block(shape, parameters, `block.${index}`, { queries: x, keys: x, bias });
  const rows = batch * shape.window;
  const logits = ownHead(parameters, represent(parameters, reshape(x, [rows, shape.width])));
  return crossEntropy(logits, reshape(targets, [rows]));
}

/** Distance penalties where a position may look, and a wall where it may not: [heads, window, window]. */
function causalBias(shape: ExpertShape): number[] {
  const places = Array.from({ length: shape.window }, (_, place) => place);
  return headSlopes(shape).flatMap((slope) =>
    places.flatMap((asks) => places.map((asked) => (asked > asks ? HIDDEN : -slope * (asks - asked)))),
  );
}

function maximum(a: Value, b: Value): Value {
  return a.graph.node({ op: "Max", inputs: [a, b] }, a.type, a.shape);
}
