import type { Value } from "./graph.ts";
import { add, div, mul, sub } from "./ops/arithmetic.ts";
import { sqrt } from "./ops/unary.ts";

export type AdamWOptions = {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
};

export type AdamWState = { readonly parameter: Value; readonly first: Value; readonly second: Value };

export type AdamWRates = {
  /** Scalar: `adamStepSize(rate, step, ...)`, which holds the bias correction. */
  readonly stepSize: Value;
  /** Scalar: learning rate x weight decay, the share by which the parameter shrinks in this step. */
  readonly shrink: Value;
};

/** One AdamW step (decoupled decay): the new parameter and moments, all in the parameter's shape. */
export function adamW(
  state: AdamWState,
  gradient: Value,
  rates: AdamWRates,
  options: AdamWOptions,
): AdamWState {
  const { beta1, beta2, epsilon } = options;
  const first = add(mul(state.first, beta1), mul(gradient, 1 - beta1));
  const second = add(mul(state.second, beta2), mul(mul(gradient, gradient), 1 - beta2));
  const move = mul(div(first, add(sqrt(second), epsilon)), rates.stepSize);
  const kept = sub(state.parameter, mul(state.parameter, rates.shrink));
  return { parameter: sub(kept, move), first, second };
}

/** rate x sqrt(1 - beta2^step) / (1 - beta1^step), `step` counted from 1. */
export function adamStepSize(rate: number, step: number, options: AdamWOptions): number {
  return (rate * Math.sqrt(1 - options.beta2 ** step)) / (1 - options.beta1 ** step);
}
