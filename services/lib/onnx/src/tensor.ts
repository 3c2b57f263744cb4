import { GraphError } from "./graphError.ts";

/** float16 data are the raw bits in a Uint16Array; bool is one byte an element. */
export type ElementType = "float32" | "float64" | "float16" | "int32" | "int64" | "uint8" | "bool";
export type FloatType = "float32" | "float64" | "float16";

/** A number, or a name for a size that is known only when the graph runs. */
export type Dim = number | string;
export type Shape = readonly Dim[];

export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | Uint16Array;

/** Dense, row-major data with its element type and shape. */
export type Tensor = {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: TensorData;
};

/** Number of elements of a shape. @throws GraphError ONNX_NEEDS_STATIC_SHAPE */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dim of staticShape(shape)) size *= dim;
  return size;
}

/** The shape as numbers. @throws GraphError ONNX_NEEDS_STATIC_SHAPE if a dimension is symbolic */
function staticShape(shape: Shape): readonly number[] {
  return shape.map((dim) => {
    if (typeof dim === "string")
      throw new GraphError(
        "ONNX_NEEDS_STATIC_SHAPE",
        `the size "${dim}" must be a number here: ${shapeText(shape)}`,
      );
    return dim;
  });
}

export function isStatic(shape: Shape): boolean {
  return shape.every((dim) => typeof dim === "number");
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

export function shapeText(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** @throws GraphError ONNX_BAD_SHAPE if the data do not fill the shape */
export function float32Tensor(data: Float32Array, shape: readonly number[]): Tensor {
  return checked({ type: "float32", shape, data });
}

/** @throws GraphError ONNX_BAD_SHAPE if the data do not fill the shape */
export function float64Tensor(data: Float64Array, shape: readonly number[]): Tensor {
  return checked({ type: "float64", shape, data });
}

/** @throws GraphError ONNX_BAD_SHAPE if the data do not fill the shape */
export function int32Tensor(data: Int32Array, shape: readonly number[]): Tensor {
  return checked({ type: "int32", shape, data });
}

function checked(tensor: Tensor): Tensor {
  if (tensor.data.length !== sizeOf(tensor.shape))
    throw new GraphError(
      "ONNX_BAD_SHAPE",
      `${tensor.data.length} elements do not fill ${shapeText(tensor.shape)}`,
    );
  return tensor;
}
