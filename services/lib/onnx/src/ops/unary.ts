import type { Value } from "../graph.ts";
import { add, div, mul, sub } from "./arithmetic.ts";

const GELU_SCALE = Math.sqrt(2 / Math.PI);
const GELU_CUBIC = 0.044715;

/** e^x. */
export function exp(x: Value): Value {
  const output = unary("Exp", x);
  return x.graph.differentiable(output, [x], [(gradient) => mul(gradient, output)]);
}

/** Natural logarithm. */
export function log(x: Value): Value {
  return x.graph.differentiable(unary("Log", x), [x], [(gradient) => div(gradient, x)]);
}

export function sqrt(x: Value): Value {
  const output = unary("Sqrt", x);
  return x.graph.differentiable(output, [x], [(gradient) => div(mul(gradient, 0.5), output)]);
}

export function tanh(x: Value): Value {
  const output = unary("Tanh", x);
  return x.graph.differentiable(
    output,
    [x],
    [(gradient) => mul(gradient, sub(x.graph.scalar(1), mul(output, output)))],
  );
}

export function sigmoid(x: Value): Value {
  const output = unary("Sigmoid", x);
  return x.graph.differentiable(
    output,
    [x],
    [(gradient) => mul(gradient, mul(output, sub(x.graph.scalar(1), output)))],
  );
}

/** max(x, 0); the gradient at 0 is 0. */
export function relu(x: Value): Value {
  const { graph } = x;
  return graph.differentiable(
    unary("Relu", x),
    [x],
    [
      (gradient) => {
        const positive = graph.node({ op: "Greater", inputs: [x, graph.scalar(0)] }, "bool", x.shape);
        return where(positive, gradient, graph.scalar(0));
      },
    ],
  );
}

/** Gaussian error linear unit, tanh form. */
export function gelu(x: Value): Value {
  const inner = mul(mul(x, add(mul(mul(x, x), GELU_CUBIC), 1)), GELU_SCALE);
  return mul(mul(x, add(tanh(inner), 1)), 0.5);
}

/** `a` where `condition` (bool) holds, else `b`; no gradient. */
export function where(condition: Value, a: Value, b: Value): Value {
  const shape = a.shape.length >= b.shape.length ? a.shape : b.shape;
  return a.graph.node({ op: "Where", inputs: [condition, a, b] }, a.type, shape);
}

function unary(op: string, x: Value): Value {
  return x.graph.node({ op, inputs: [x] }, x.type, x.shape);
}
