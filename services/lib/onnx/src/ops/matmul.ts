import type { Value } from "../graph.ts";
import { GraphError } from "../graphError.ts";
import { type Dim, isStatic, type Shape, shapeText, sizeOf } from "../tensor.ts";
import { add, broadcastShape, sumTo } from "./arithmetic.ts";
import { reshape, transpose } from "./shaping.ts";

type Transposes = { readonly transposeA?: boolean; readonly transposeB?: boolean };

/**
 * Matrix product of the last two axes; leading axes broadcast. Two matrices become one Gemm, whose transposes cost
 * nothing.
 */
export function matmul(a: Value, b: Value, transposes: Transposes = {}): Value {
  const transposeA = transposes.transposeA ?? false;
  const transposeB = transposes.transposeB ?? false;
  if (a.shape.length === 2 && b.shape.length === 2) return gemm(a, b, { transposeA, transposeB });
  return batched(transposeA ? swapLast(a) : a, transposeB ? swapLast(b) : b);
}

/** x W + b over the last axis of x: x [..., in], W [in, out], b [out]. */
export function linear(x: Value, weight: Value, bias?: Value): Value {
  const [inner, outer] = matrixShape(weight);
  const flat =
    x.shape.length === 2 || !isStatic(x.shape) ? x : reshape(x, [sizeOf(x.shape.slice(0, -1)), inner]);
  const product = matmul(flat, weight);
  const biased = bias === undefined ? product : add(product, bias);
  return reshape(biased, [...x.shape.slice(0, -1), outer]);
}

function gemm(a: Value, b: Value, { transposeA, transposeB }: Required<Transposes>): Value {
  const [aRows, aColumns] = matrixShape(a);
  const [bRows, bColumns] = matrixShape(b);
  const shape = [transposeA ? aColumns : aRows, transposeB ? bRows : bColumns];
  expectInner(transposeA ? aRows : aColumns, transposeB ? bColumns : bRows, a, b);
  const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
  const output = a.graph.node({ op: "Gemm", inputs: [a, b], attributes }, a.type, shape);
  return a.graph.differentiable(
    output,
    [a, b],
    [
      (gradient) =>
        transposeA
          ? matmul(b, gradient, { transposeA: transposeB, transposeB: true })
          : matmul(gradient, b, { transposeB: !transposeB }),
      (gradient) =>
        transposeB
          ? matmul(gradient, a, { transposeA: true, transposeB: transposeA })
          : matmul(a, gradient, { transposeA: !transposeA }),
    ],
  );
}

function batched(a: Value, b: Value): Value {
  const [rows, inner] = matrixShape(a);
  const [innerB, columns] = matrixShape(b);
  expectInner(inner, innerB, a, b);
  const lead = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const output = a.graph.node({ op: "MatMul", inputs: [a, b] }, a.type, [...lead, rows, columns]);
  return a.graph.differentiable(
    output,
    [a, b],
    [
      (gradient) => sumTo(batched(gradient, swapLast(b)), a.shape),
      (gradient) => sumTo(batched(swapLast(a), gradient), b.shape),
    ],
  );
}

function swapLast(x: Value): Value {
  const axes = x.shape.map((_, axis) => axis);
  const last = axes.length - 1;
  return transpose(x, axes.with(last, last - 1).with(last - 1, last));
}

function matrixShape(x: { readonly shape: Shape }): readonly [Dim, Dim] {
  const [rows, columns] = x.shape.slice(-2);
  if (rows === undefined || columns === undefined)
    throw new GraphError("ONNX_BAD_SHAPE", `a matrix product needs two axes, not ${shapeText(x.shape)}`);
  return [rows, columns];
}

function expectInner(left: Dim, right: Dim, a: Value, b: Value): void {
  if (left !== right)
    throw new GraphError(
      "ONNX_BAD_SHAPE",
      `inner sizes of ${shapeText(a.shape)} and ${shapeText(b.shape)} differ`,
    );
}
