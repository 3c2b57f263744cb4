export type GraphErrorCode =
  | "ONNX_BAD_SHAPE"
  | "ONNX_BAD_TYPE"
  | "ONNX_BAD_NAME"
  | "ONNX_FOREIGN_VALUE"
  | "ONNX_NEEDS_STATIC_SHAPE"
  | "ONNX_NOT_DIFFERENTIABLE";

/** A graph that cannot be built; always a fault of the code that builds it, found before any model exists. */
export class GraphError extends Error {
  readonly code: GraphErrorCode;

  constructor(code: GraphErrorCode, message: string) {
    super(message);
    this.name = "GraphError";
    this.code = code;
  }
}
