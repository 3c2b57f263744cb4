import type { Value } from "../graph.ts";
import { GraphError } from "../graphError.ts";
import { type Dim, type ElementType, isStatic, type Shape, sameShape, shapeText, sizeOf } from "../tensor.ts";

/**
 * The same elements in another shape. A symbolic size is kept where it stands in the input at the same axis; at most
 * one other size may be symbolic, and it is inferred.
 */
export function reshape(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  if (isStatic(x.shape) && isStatic(shape) && sizeOf(x.shape) !== sizeOf(shape))
    throw new GraphError("ONNX_BAD_SHAPE", `${shapeText(x.shape)} does not reshape to ${shapeText(shape)}`);
  let inferred = 0;
  const target = shape.map((dim, axis) => {
    if (typeof dim === "number") return dim;
    if (dim === x.shape[axis]) return 0;
    inferred++;
    return -1;
  });
  if (inferred > 1)
    throw new GraphError("ONNX_NEEDS_STATIC_SHAPE", `${shapeText(shape)} has more than one size to infer`);
  const output = x.graph.node({ op: "Reshape", inputs: [x, x.graph.int64s(target)] }, x.type, shape);
  return x.graph.differentiable(output, [x], [(gradient) => reshape(gradient, x.shape)]);
}

/** Axes in a new order: output axis i is input axis `order[i]`. */
export function transpose(x: Value, order: readonly number[]): Value {
  const shape = order.map((axis) => dimAt(x, axis));
  const inverse = order.map((_, axis) => order.indexOf(axis));
  const output = x.graph.node({ op: "Transpose", inputs: [x], attributes: { perm: order } }, x.type, shape);
  return x.graph.differentiable(output, [x], [(gradient) => transpose(gradient, inverse)]);
}

/** Elements `start` up to, not including, `end` of one axis. */
export function slice(x: Value, axis: number, start: number, end: number): Value {
  const { graph } = x;
  const length = dimAt(x, axis);
  const shape = x.shape.with(axis, end - start);
  const inputs = [x, graph.int64s([start]), graph.int64s([end]), graph.int64s([axis])];
  const output = graph.node({ op: "Slice", inputs }, x.type, shape);
  return graph.differentiable(
    output,
    [x],
    [
      (gradient) => {
        if (typeof length !== "number")
          throw new GraphError(
            "ONNX_NEEDS_STATIC_SHAPE",
            `the gradient of a slice needs a size for ${length}`,
          );
        const pads = x.shape.map(() => 0);
        const all = [...pads, ...pads].with(axis, start).with(x.shape.length + axis, length - end);
        return graph.node({ op: "Pad", inputs: [gradient, graph.int64s(all)] }, x.type, x.shape);
      },
    ],
  );
}

/** The first elements of `x` along `axis`, as many as `like` has along `likeAxis` (which may be symbolic). */
export function sliceLike(x: Value, axis: number, like: Value, likeAxis: number): Value {
  const { graph } = x;
  const size = dimAt(like, likeAxis);
  if (typeof size === "number") return slice(x, axis, 0, size);
  const end = graph.node(
    { op: "Shape", inputs: [like], attributes: { start: likeAxis, end: likeAxis + 1 } },
    "int64",
    [1],
  );
  const inputs = [x, graph.int64s([0]), end, graph.int64s([axis])];
  return graph.node({ op: "Slice", inputs }, x.type, x.shape.with(axis, size));
}

/** Values side by side along one axis; sizes along it must be numbers. */
export function concat(values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (first === undefined) throw new GraphError("ONNX_BAD_SHAPE", "concat needs a value");
  const sizes = values.map((value) => sizeOf([dimAt(value, axis)]));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const { graph } = first;
  const output = graph.node(
    { op: "Concat", inputs: values, attributes: { axis } },
    first.type,
    first.shape.with(axis, total),
  );
  const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 0));
  return graph.differentiable(
    output,
    values,
    values.map((_, index) => (gradient: Value) => {
      const start = starts[index] ?? 0;
      return slice(gradient, axis, start, start + (sizes[index] ?? 0));
    }),
  );
}

/** Another element type; the gradient is cast back. */
export function cast(x: Value, type: ElementType): Value {
  if (x.type === type) return x;
  const output = x.graph.node(
    { op: "Cast", inputs: [x], attributes: { to: CAST_CODE[type] } },
    type,
    x.shape,
  );
  return x.graph.differentiable(output, [x], [(gradient) => cast(gradient, x.type)]);
}

/** The same value, through which no gradient flows. */
export function detach(x: Value): Value {
  return x.graph.node({ op: "Identity", inputs: [x] }, x.type, x.shape);
}

const CAST_CODE: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};

function dimAt(x: Value, axis: number): Dim {
  const dim = x.shape[axis];
  if (dim === undefined) throw new GraphError("ONNX_BAD_SHAPE", `${shapeText(x.shape)} has no axis ${axis}`);
  return dim;
}
