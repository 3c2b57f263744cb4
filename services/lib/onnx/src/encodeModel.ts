import type { ElementType, Shape, Tensor } from "./tensor.ts";
import { WireWriter } from "./wire.ts";

export type Attribute = number | { readonly float: number } | readonly number[] | string;
export type Attributes = Readonly<Record<string, Attribute>>;

/** A node as the wire format needs it: its edges by name. */
export type EncodableNode = {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly (Named | undefined)[];
  readonly outputs: readonly Named[];
  readonly attributes: Attributes;
};

type Named = { readonly name: string };

const IR_VERSION = 10;
const OPSET = 20;
/** Field numbers and codes are those of the public ONNX schema (onnx.proto3). */
const DATA_TYPE: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_STRING = 3;
const ATTRIBUTE_INTS = 7;

type Port = { readonly name: string; readonly type: ElementType; readonly shape: Shape };

type GraphParts = {
  readonly nodes: readonly EncodableNode[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly initializers: readonly (readonly [string, Tensor])[];
};

/** A ModelProto. Tensors are written as raw little-endian data, so the host must be little-endian (all of ours are). */
export function encodeModel(parts: GraphParts): Uint8Array<ArrayBuffer> {
  const graph = new WireWriter();
  for (const node of parts.nodes) graph.messageField(1, encodeNode(node));
  graph.textField(2, "ganglion");
  for (const [name, tensor] of parts.initializers) graph.messageField(5, encodeTensor(name, tensor));
  for (const input of parts.inputs) graph.messageField(11, encodePort(input));
  for (const output of parts.outputs) graph.messageField(12, encodePort(output));
  const model = new WireWriter().varintField(1, IR_VERSION).textField(2, "ganglion").messageField(7, graph);
  model.messageField(8, new WireWriter().textField(1, "").varintField(2, OPSET));
  model.messageField(8, new WireWriter().textField(1, "com.microsoft").varintField(2, 1));
  return model.finish();
}

function encodeNode(node: EncodableNode): WireWriter {
  const out = new WireWriter();
  for (const input of node.inputs) out.textField(1, input?.name ?? "");
  for (const output of node.outputs) out.textField(2, output.name);
  out.textField(4, node.op);
  for (const [name, value] of Object.entries(node.attributes))
    out.messageField(5, encodeAttribute(name, value));
  if (node.domain !== "") out.textField(7, node.domain);
  return out;
}

function encodeAttribute(name: string, value: Attribute): WireWriter {
  const out = new WireWriter().textField(1, name);
  if (typeof value === "number") return out.varintField(3, value).varintField(20, ATTRIBUTE_INT);
  if (typeof value === "string") return out.textField(4, value).varintField(20, ATTRIBUTE_STRING);
  if ("float" in value) return out.floatField(2, value.float).varintField(20, ATTRIBUTE_FLOAT);
  for (const item of value) out.varintField(8, item);
  return out.varintField(20, ATTRIBUTE_INTS);
}

function encodeTensor(name: string, tensor: Tensor): WireWriter {
  const out = new WireWriter();
  for (const dim of tensor.shape) out.varintField(1, dim);
  const { buffer, byteOffset, byteLength } = tensor.data;
  return out
    .varintField(2, DATA_TYPE[tensor.type])
    .textField(8, name)
    .bytesField(9, new Uint8Array(buffer, byteOffset, byteLength));
}

function encodePort(port: Port): WireWriter {
  const shape = new WireWriter();
  for (const dim of port.shape)
    shape.messageField(
      1,
      typeof dim === "number" ? new WireWriter().varintField(1, dim) : new WireWriter().textField(2, dim),
    );
  const tensorType = new WireWriter().varintField(1, DATA_TYPE[port.type]).messageField(2, shape);
  return new WireWriter()
    .textField(1, port.name)
    .messageField(2, new WireWriter().messageField(1, tensorType));
}
