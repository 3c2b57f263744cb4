import {
  add,
  concat,
  crossEntropy,
  div,
  exp,
  gather,
  gelu,
  layerNorm,
  linear,
  log,
  logSoftmax,
  matmul,
  mean,
  mul,
  neg,
  normalise,
  pick,
  relu,
  reshape,
  sigmoid,
  slice,
  softmax,
  sqrt,
  sub,
  sum,
  tanh,
  transpose,
  type Value,
} from "@ganglion/onnx";
import { describe, expect, it } from "@jest/globals";
import { type Case, gradientError } from "../gradientCheck.ts";

type Operands = Readonly<Record<string, Value>>;

const on =
  (f: (x: Value) => Value) =>
  ({ x }: Operands): Value =>
    f(some(x));
const onTwo =
  (f: (a: Value, b: Value) => Value) =>
  ({ a, b }: Operands): Value =>
    f(some(a), some(b));
const positive = (x: number) => 0.5 + x * x;

const cases: Readonly<Record<string, Case>> = {
  "add, broadcast": { inputs: { a: [2, 3], b: [3] }, build: onTwo(add) },
  "sub, broadcast both ways": { inputs: { a: [2, 1], b: [1, 3] }, build: onTwo(sub) },
  "mul, broadcast": { inputs: { a: [3, 1, 2], b: [2, 2] }, build: onTwo(mul) },
  "div, broadcast": { inputs: { a: [2, 3], b: [2, 1] }, build: onTwo(div), range: positive },
  neg: { inputs: { x: [3] }, build: on(neg) },
  exp: { inputs: { x: [4] }, build: on(exp) },
  log: { inputs: { x: [4] }, build: on(log), range: positive },
  sqrt: { inputs: { x: [4] }, build: on(sqrt), range: positive },
  tanh: { inputs: { x: [5] }, build: on(tanh) },
  sigmoid: { inputs: { x: [5] }, build: on(sigmoid) },
  relu: { inputs: { x: [7] }, build: on(relu) },
  gelu: { inputs: { x: [7] }, build: on(gelu) },
  "sum over one axis": { inputs: { x: [2, 3, 2] }, build: on((x) => sum(x, [1])) },
  "mean, kept axes": { inputs: { x: [2, 3] }, build: on((x) => mul(x, mean(x, [0], { keepDims: true }))) },
  softmax: { inputs: { x: [3, 4] }, build: on(softmax) },
  logSoftmax: { inputs: { x: [3, 4] }, build: on(logSoftmax) },
  normalise: { inputs: { x: [3, 5] }, build: on((x) => normalise(x)) },
  layerNorm: {
    inputs: { x: [2, 4], scale: [4], shift: [4] },
    build: ({ x, scale, shift }) => layerNorm(some(x), some(scale), some(shift)),
  },
  "reshape and transpose": {
    inputs: { x: [2, 3, 2] },
    build: on((x) => transpose(reshape(x, [4, 3]), [1, 0])),
  },
  slice: { inputs: { x: [2, 5] }, build: on((x) => slice(x, 1, 1, 3)) },
  concat: { inputs: { a: [2, 2], b: [2, 3] }, build: onTwo((a, b) => concat([a, b, a], 1)) },
  matmul: { inputs: { a: [2, 3], b: [3, 4] }, build: onTwo(matmul) },
  "matmul, a transposed": {
    inputs: { a: [3, 2], b: [3, 4] },
    build: onTwo((a, b) => matmul(a, b, { transposeA: true })),
  },
  "matmul, b transposed": {
    inputs: { a: [2, 3], b: [4, 3] },
    build: onTwo((a, b) => matmul(a, b, { transposeB: true })),
  },
  "matmul, both transposed": {
    inputs: { a: [3, 2], b: [4, 3] },
    build: onTwo((a, b) => matmul(a, b, { transposeA: true, transposeB: true })),
  },
  "batched matmul": {
    inputs: { a: [2, 2, 3], b: [2, 4, 3] },
    build: onTwo((a, b) => matmul(a, b, { transposeB: true })),
  },
  "batched matmul, broadcast": { inputs: { a: [2, 2, 3], b: [3, 2] }, build: onTwo(matmul) },
  linear: {
    inputs: { x: [2, 2, 3], w: [3, 2], b: [2] },
    build: ({ x, w, b }) => linear(some(x), some(w), some(b)),
  },
  gather: {
    inputs: { table: [4, 3] },
    indices: { at: { shape: [2, 2], values: [0, 3, 3, 1] } },
    build: ({ table, at }) => gather(some(table), some(at)),
  },
  pick: {
    inputs: { x: [3, 4] },
    indices: { at: { shape: [3], values: [0, 3, 1] } },
    build: ({ x, at }) => pick(some(x), some(at)),
  },
  crossEntropy: {
    inputs: { x: [3, 4] },
    indices: { at: { shape: [3], values: [0, 3, 1] } },
    build: ({ x, at }) => crossEntropy(some(x), some(at)),
  },
  "a value used twice": { inputs: { x: [3] }, build: on((x) => mul(tanh(x), add(x, mul(x, x)))) },
};

describe("gradients", () => {
  it.each(Object.entries(cases))("agree with central differences: %s", async (_, check) => {
    expect(await gradientError(check)).toBeLessThan(1e-6);
  });
});

function some(value: Value | undefined): Value {
  if (value === undefined) throw new Error("no such input");
  return value;
}
