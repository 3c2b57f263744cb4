import type { Value } from "../graph.ts";
import { isStatic, sizeOf } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { rawSum, reducedShape } from "./rawSum.ts";
import { reshape } from "./shaping.ts";

type ReduceOptions = { readonly keepDims?: boolean };

/** Sum over `axes`, all by default. */
export function sum(x: Value, axes: readonly number[] = allAxes(x), options: ReduceOptions = {}): Value {
  if (axes.length === 0) return x;
  const output = rawSum(x, axes, options.keepDims ?? false);
  return x.graph.differentiable(output, [x], [(gradient) => spread(gradient, x, axes)]);
}

/** Mean over `axes`, all by default; reduced sizes must be numbers. */
export function mean(x: Value, axes: readonly number[] = allAxes(x), options: ReduceOptions = {}): Value {
  const count = sizeOf(axes.map((axis) => x.shape[axis] ?? 1));
  return mul(sum(x, axes, options), 1 / count);
}

/** Largest element over `axes`; no gradient. */
export function max(x: Value, axes: readonly number[], options: ReduceOptions = {}): Value {
  const keepDims = options.keepDims ?? false;
  return x.graph.node(
    { op: "ReduceMax", inputs: [x, x.graph.int64s(axes)], attributes: { keepdims: keepDims ? 1 : 0 } },
    x.type,
    reducedShape(x.shape, axes, keepDims),
  );
}

/** The gradient of a sum: the same value at each reduced place. */
function spread(gradient: Value, x: Value, axes: readonly number[]): Value {
  const { graph } = x;
  const kept = reshape(gradient, reducedShape(x.shape, axes, true));
  const target = isStatic(x.shape)
    ? graph.int64s(x.shape.map((dim) => (typeof dim === "number" ? dim : 1)))
    : graph.node({ op: "Shape", inputs: [x] }, "int64", [x.shape.length]);
  const output = graph.node({ op: "Expand", inputs: [kept, target] }, x.type, x.shape);
  return graph.differentiable(output, [kept], [(second) => rawSum(second, axes, true)]);
}

function allAxes(x: Value): readonly number[] {
  return x.shape.map((_, axis) => axis);
}
