import type { Value } from "../graph.ts";
import { GraphError } from "../graphError.ts";
import { type Shape, shapeText, sizeOf } from "../tensor.ts";
import { mul, neg, sub } from "./arithmetic.ts";
import { matmul } from "./matmul.ts";
import { logSoftmax } from "./normalise.ts";
import { reshape } from "./shaping.ts";
import { exp } from "./unary.ts";

/** Rows of `table` [n, ...] at integer `indices` [...]: an embedding. The gradient is a product with a one-hot matrix. */
export function gather(table: Value, indices: Value): Value {
  const rest = table.shape.slice(1);
  const output = table.graph.node(
    { op: "Gather", inputs: [table, indices], attributes: { axis: 0 } },
    table.type,
    [...indices.shape, ...rest],
  );
  return table.graph.differentiable(
    output,
    [table],
    [
      (gradient) => {
        const count = sizeOf(indices.shape);
        const hits = oneHot(reshape(indices, [count]), sizeOf(table.shape.slice(0, 1)), table.type);
        const rows = reshape(gradient, [count, sizeOf(rest)]);
        return reshape(matmul(hits, rows, { transposeA: true }), table.shape);
      },
    ],
  );
}

/** 1 where an index [...] equals the column, else 0: [..., depth]. No gradient. */
export function oneHot(indices: Value, depth: number, type: Value["type"] = indices.graph.float): Value {
  const { graph } = indices;
  if (indices.type !== "int32" && indices.type !== "int64")
    throw new GraphError("ONNX_BAD_TYPE", `indices are int32 or int64, not ${indices.type}`);
  const columns = graph.node(
    { op: "Cast", inputs: [range(graph, depth)], attributes: { to: indices.type === "int32" ? 6 : 7 } },
    indices.type,
    [depth],
  );
  const shape = [...indices.shape, depth];
  const hits = graph.node({ op: "Equal", inputs: [unsqueezeLast(indices), columns] }, "bool", shape);
  return graph.node(
    { op: "Cast", inputs: [hits], attributes: { to: type === "float64" ? 11 : 1 } },
    type,
    shape,
  );
}

/** Element `indices[r]` of each row of `x` [rows, n]: [rows]. */
export function pick(x: Value, indices: Value): Value {
  const { graph } = x;
  const [rows, columns] = x.shape;
  if (rows === undefined || columns === undefined || x.shape.length !== 2 || indices.shape.length !== 1)
    throw new GraphError("ONNX_BAD_SHAPE", `pick takes [rows, n] and [rows], not ${shapeText(x.shape)}`);
  const picked = graph.node(
    { op: "GatherElements", inputs: [x, unsqueezeLast(indices)], attributes: { axis: 1 } },
    x.type,
    [rows, 1],
  );
  const output = graph.node({ op: "Squeeze", inputs: [picked, graph.int64s([1])] }, x.type, [rows]);
  return graph.differentiable(
    output,
    [x],
    [(gradient) => mul(oneHot(indices, sizeOf([columns]), x.type), unsqueezeLast(gradient))],
  );
}

/** Cross entropy in nats of each row: logits [rows, n], integer targets [rows] -> [rows]. */
export function crossEntropy(logits: Value, targets: Value): Value {
  const { graph } = logits;
  const classes = sizeOf(logits.shape.slice(-1));
  const logProbabilities = logSoftmax(logits);
  const loss = neg(pick(logProbabilities, targets));
  // p - onehot directly: the chain through the picked logarithm would touch the matrix four times more.
  return graph.differentiable(
    graph.node({ op: "Identity", inputs: [loss] }, loss.type, loss.shape),
    [logits],
    [
      (gradient) =>
        mul(sub(exp(logProbabilities), oneHot(targets, classes, logits.type)), unsqueezeLast(gradient)),
    ],
  );
}

function range(graph: Value["graph"], depth: number): Value {
  return graph.int64s(Array.from({ length: depth }, (_, index) => index));
}

function unsqueezeLast(x: Value): Value {
  const shape: Shape = [...x.shape, 1];
  const output = x.graph.node(
    { op: "Unsqueeze", inputs: [x, x.graph.int64s([x.shape.length])] },
    x.type,
    shape,
  );
  return x.graph.differentiable(output, [x], [(gradient) => reshape(gradient, x.shape)]);
}
