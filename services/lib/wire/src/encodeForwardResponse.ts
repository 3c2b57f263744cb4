import type { ForwardResponse } from "./gen/ganglion/synapse/v1/synapse.ts";

/** A message of known size that is written where it is to lie, so that a large field is copied once. */
export type MessageWriter = {
  readonly byteLength: number;
  readonly writeTo: (target: Uint8Array, offset: number) => void;
};

const FIELD = { representations: 0x0a, rows: 0x10, networkDim: 0x18, modelDigest: 0x22 };

/** ForwardResponse in protobuf, byte for byte as the generated encoder writes it. */
export function forwardResponseWriter(response: ForwardResponse): MessageWriter {
  const { representations, modelDigest } = response;
  const numbers = [
    ...numberField(FIELD.rows, response.rows),
    ...numberField(FIELD.networkDim, response.networkDim),
  ];
  const parts: readonly ArrayLike<number>[] = [
    bytesHead(FIELD.representations, representations.length),
    representations,
    numbers,
    bytesHead(FIELD.modelDigest, modelDigest.length),
    modelDigest,
  ];
  return {
    byteLength: parts.reduce((sum, part) => sum + part.length, 0),
    writeTo: (target, offset) => {
      let at = offset;
      for (const part of parts) {
        target.set(part, at);
        at += part.length;
      }
    },
  };
}

export function encodeForwardResponse(response: ForwardResponse): Buffer {
  const writer = forwardResponseWriter(response);
  const out = Buffer.allocUnsafe(writer.byteLength);
  writer.writeTo(out, 0);
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
