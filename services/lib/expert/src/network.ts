import {
  add,
  type Graph,
  gather,
  layerNorm,
  linear,
  matmul,
  mul,
  normalise,
  relu,
  reshape,
  type Shape,
  softmax,
  transpose,
  type Value,
} from "@ganglion/onnx";
import { InvariantError } from "@ganglion/types";
import type { ExpertShape } from "./shape.ts";

export type ParameterValues = ReadonlyMap<string, Value>;

/** The attention's view of one block: who asks, who is asked, and the bias that hides the future. */
type Attention = {
  /** Rows that ask, [batch, queries, width]. */
  readonly queries: Value;
  /** [batch, keys, width]. */
  readonly keys: Value;
  /** Broadcasts to [batch, heads, queries, keys]. */
  readonly bias: Value;
};

/** Bytes and the bytes before them, embedded and summed: ids [batch, length] int32 -> [batch, length, width]. */
export function embed(shape: ExpertShape, parameters: ParameterValues, ids: Value): Value {
  let sum: Value | undefined;
  for (let back = 0; back < shape.shifts; back++) {
    const embedded = gather(parameter(parameters, `embed.${back}`), shiftRight(ids, back));
    sum = sum === undefined ? embedded : add(sum, embedded);
  }
  if (sum === undefined) throw new InvariantError("an expert reads at least the present byte");
  return sum;
}

/** One pre-norm transformer block for the rows that ask. */
export function block(
  shape: ExpertShape,
  parameters: ParameterValues,
  name: string,
  attention: Attention,
): Value {
  const p = (part: string) => parameter(parameters, `${name}.${part}`);
  const norm = (x: Value, part: string) => layerNorm(x, p(`${part}.scale`), p(`${part}.shift`));
  const { queries, bias } = attention;
  const asking = norm(queries, "attention");
  const asked = attention.keys === queries ? asking : norm(attention.keys, "attention");
  const scale = 1 / Math.sqrt(shape.width / shape.heads);
  const query = splitHeads(shape, mul(linear(asking, p("query")), scale));
  const key = splitHeads(shape, linear(asked, p("key")));
  const value = splitHeads(shape, linear(asked, p("value")));
  const weights = softmax(add(matmul(query, key, { transposeB: true }), bias));
  const mixed = reshape(transpose(matmul(weights, value), [0, 2, 1, 3]), queries.shape);
  const attended = add(queries, linear(mixed, p("out")));
  const hidden = relu(linear(norm(attended, "mlp"), p("up"), p("upBias")));
  return add(attended, linear(hidden, p("down"), p("downBias")));
}

/** Residual rows [..., width] -> representations [..., networkDim]. */
export function represent(parameters: ParameterValues, x: Value): Value {
  const normed = layerNorm(x, parameter(parameters, "final.scale"), parameter(parameters, "final.shift"));
  return relu(linear(normed, parameter(parameters, "project.weight"), parameter(parameters, "project.bias")));
}

/**
 * Representations -> logits. Normalised first, as every validator does: what the head learns to read is what the
 * market can read.
 */
export function ownHead(parameters: ParameterValues, representations: Value): Value {
  return linear(
    normalise(representations),
    parameter(parameters, "head.weight"),
    parameter(parameters, "head.bias"),
  );
}

/** Penalty a byte of distance, one a head: from a few bytes to the whole window. */
export function headSlopes(shape: ExpertShape): readonly number[] {
  return Array.from(
    { length: shape.heads },
    (_, head) => 2 ** -(1 + (6 * head) / Math.max(1, shape.heads - 1)),
  );
}

function parameter(parameters: ParameterValues, name: string): Value {
  const value = parameters.get(name);
  if (value === undefined) throw new InvariantError(`the expert has no parameter ${name}`);
  return value;
}

function splitHeads(shape: ExpertShape, x: Value): Value {
  const split: Shape = [...x.shape.slice(0, -1), shape.heads, shape.width / shape.heads];
  return transpose(reshape(x, split), [0, 2, 1, 3]);
}

/** ids moved `back` places later; zeros enter, the end leaves (a negative pad crops). */
function shiftRight(ids: Value, back: number): Value {
  if (back === 0) return ids;
  const graph: Graph = ids.graph;
  return graph.node({ op: "Pad", inputs: [ids, graph.int64s([0, back, 0, -back])] }, ids.type, ids.shape);
}
