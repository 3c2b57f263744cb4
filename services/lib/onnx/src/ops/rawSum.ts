import type { Value } from "../graph.ts";
import type { Shape } from "../tensor.ts";

/** ReduceSum without a gradient: the building block of reductions and of broadcast gradients. */
export function rawSum(x: Value, axes: readonly number[], keepDims: boolean): Value {
  return x.graph.node(
    { op: "ReduceSum", inputs: [x, x.graph.int64s(axes)], attributes: { keepdims: keepDims ? 1 : 0 } },
    x.type,
    reducedShape(x.shape, axes, keepDims),
  );
}

/** The shape that is left when `axes` are reduced. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  return shape.flatMap((dim, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [dim]));
}
