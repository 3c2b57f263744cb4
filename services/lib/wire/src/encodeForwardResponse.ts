import type { ForwardResponse } from "./gen/ganglion/synapse/v1/synapse.ts";

const FIELD = { representations: 0x0a, rows: 0x10, networkDim: 0x18, modelDigest: 0x22 };

/** ForwardResponse in protobuf, written into one buffer of exact size; the generated decoder reads it. */
export function encodeForwardResponse(response: ForwardResponse): Buffer {
  const { representations, modelDigest } = response;
  const numbers = [
    ...numberField(FIELD.rows, response.rows),
    ...numberField(FIELD.networkDim, response.networkDim),
  ];
  const first = bytesHead(FIELD.representations, representations.length);
  const last = bytesHead(FIELD.modelDigest, modelDigest.length);
  const size = first.length + representations.length + numbers.length + last.length + modelDigest.length;
  const out = Buffer.allocUnsafe(size);
  out.set(first, 0);
  out.set(representations, first.length);
  let at = first.length + representations.length;
  out.set(numbers, at);
  at += numbers.length;
  out.set(last, at);
  out.set(modelDigest, at + last.length);
  return out;
}

/** Proto3 leaves out what is zero or empty. */
function numberField(tag: number, value: number): readonly number[] {
  return value === 0 ? [] : [tag, ...varint(value)];
}

function bytesHead(tag: number, length: number): readonly number[] {
  return length === 0 ? [] : [tag, ...varint(length)];
}

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}
