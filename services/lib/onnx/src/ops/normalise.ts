import type { Value } from "../graph.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { mean, sum } from "./reduce.ts";
import { exp, sqrt } from "./unary.ts";

/** Softmax over the last axis. */
export function softmax(x: Value): Value {
  const axis = x.shape.length - 1;
  const output = x.graph.node({ op: "Softmax", inputs: [x], attributes: { axis } }, x.type, x.shape);
  return x.graph.differentiable(
    output,
    [x],
    [(gradient) => mul(sub(gradient, sum(mul(gradient, output), [axis], { keepDims: true })), output)],
  );
}

/** Logarithm of the softmax over the last axis. */
export function logSoftmax(x: Value): Value {
  const axis = x.shape.length - 1;
  const output = x.graph.node({ op: "LogSoftmax", inputs: [x], attributes: { axis } }, x.type, x.shape);
  return x.graph.differentiable(
    output,
    [x],
    [(gradient) => sub(gradient, mul(exp(output), sum(gradient, [axis], { keepDims: true })))],
  );
}

/** (x - mean) / sqrt(variance + epsilon) over the last axis, whose size must be a number. */
export function normalise(x: Value, epsilon = 1e-5): Value {
  const axis = x.shape.length - 1;
  const keepDims = { keepDims: true };
  const centred = sub(x, mean(x, [axis], keepDims));
  const deviation = sqrt(add(mean(mul(centred, centred), [axis], keepDims), epsilon));
  const output = div(centred, deviation);
  // One closed form instead of the chain through mean, variance and quotient: 5 passes over x, not 12.
  return x.graph.differentiable(
    x.graph.node({ op: "Identity", inputs: [output] }, x.type, x.shape),
    [x],
    [
      (gradient) => {
        const projection = mul(output, mean(mul(gradient, output), [axis], keepDims));
        return div(sub(sub(gradient, mean(gradient, [axis], keepDims)), projection), deviation);
      },
    ],
  );
}

/** `normalise` with a learned scale and shift, both [size of the last axis]. */
export function layerNorm(x: Value, scale: Value, shift: Value): Value {
  return add(mul(normalise(x), scale), shift);
}
