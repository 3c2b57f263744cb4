export { type AdamWOptions, type AdamWRates, type AdamWState, adamStepSize, adamW } from "./adamw.ts";
export type { Attribute, Attributes } from "./encodeModel.ts";
export { gradients } from "./gradients.ts";
export { Graph, type Model, type NodeSpec, type Value } from "./graph.ts";
export { GraphError, type GraphErrorCode } from "./graphError.ts";
export { add, div, mul, neg, sub } from "./ops/arithmetic.ts";
export { crossEntropy, gather, oneHot, pick } from "./ops/lookup.ts";
export { linear, matmul } from "./ops/matmul.ts";
export { layerNorm, logSoftmax, normalise, softmax } from "./ops/normalise.ts";
export { max, mean, sum } from "./ops/reduce.ts";
export { cast, concat, detach, reshape, slice, sliceLike, transpose } from "./ops/shaping.ts";
export { exp, gelu, log, relu, sigmoid, sqrt, tanh, where } from "./ops/unary.ts";
export {
  type Dim,
  type ElementType,
  type FloatType,
  float32Tensor,
  float64Tensor,
  int32Tensor,
  type Shape,
  type Tensor,
  type TensorData,
} from "./tensor.ts";
