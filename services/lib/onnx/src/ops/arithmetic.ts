import type { Value } from "../graph.ts";
import { GraphError } from "../graphError.ts";
import { type Dim, type Shape, sameShape, shapeText } from "../tensor.ts";
import { rawSum } from "./rawSum.ts";
import { reshape } from "./shaping.ts";

type Operand = Value | number;

/** a + b with broadcasting. */
export function add(a: Value, b: Operand): Value {
  const right = operand(a, b);
  return a.graph.differentiable(
    binary("Add", a, right),
    [a, right],
    [(gradient) => sumTo(gradient, a.shape), (gradient) => sumTo(gradient, right.shape)],
  );
}

/** a - b with broadcasting. */
export function sub(a: Value, b: Operand): Value {
  const right = operand(a, b);
  return a.graph.differentiable(
    binary("Sub", a, right),
    [a, right],
    [(gradient) => sumTo(gradient, a.shape), (gradient) => sumTo(neg(gradient), right.shape)],
  );
}

/** a x b with broadcasting. */
export function mul(a: Value, b: Operand): Value {
  const right = operand(a, b);
  return a.graph.differentiable(
    binary("Mul", a, right),
    [a, right],
    [(gradient) => sumTo(mul(gradient, right), a.shape), (gradient) => sumTo(mul(gradient, a), right.shape)],
  );
}

/** a / b with broadcasting. */
export function div(a: Value, b: Operand): Value {
  const right = operand(a, b);
  const quotient = binary("Div", a, right);
  return a.graph.differentiable(
    quotient,
    [a, right],
    [
      (gradient) => sumTo(div(gradient, right), a.shape),
      (gradient) => sumTo(neg(div(mul(gradient, quotient), right)), right.shape),
    ],
  );
}

/** -x. */
export function neg(x: Value): Value {
  const output = x.graph.node({ op: "Neg", inputs: [x] }, x.type, x.shape);
  return x.graph.differentiable(output, [x], [neg]);
}

/** Sums a broadcast gradient back to the shape of what was broadcast. */
export function sumTo(value: Value, shape: Shape): Value {
  if (sameShape(value.shape, shape)) return value;
  const lead = value.shape.length - shape.length;
  const axes = value.shape.flatMap((dim, axis) =>
    axis < lead || (shape[axis - lead] === 1 && dim !== 1) ? [axis] : [],
  );
  const summed = axes.length === 0 ? value : rawSum(value, axes, true);
  return sameShape(summed.shape, shape) ? summed : reshape(summed, shape);
}

/** The shape of two operands after broadcasting. @throws GraphError ONNX_BAD_SHAPE */
export function broadcastShape(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, index): Dim => {
    const left = a[index - rank + a.length] ?? 1;
    const right = b[index - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1)
      throw new GraphError("ONNX_BAD_SHAPE", `${shapeText(a)} and ${shapeText(b)} do not broadcast`);
    return left === 1 ? right : left;
  });
}

function binary(op: string, a: Value, b: Value): Value {
  if (a.type !== b.type)
    throw new GraphError("ONNX_BAD_TYPE", `${op} of ${a.type} and ${b.type}: cast one of them`);
  return a.graph.node({ op, inputs: [a, b] }, a.type, broadcastShape(a.shape, b.shape));
}

function operand(a: Value, b: Operand): Value {
  return typeof b === "number" ? a.graph.scalar(b) : b;
}
