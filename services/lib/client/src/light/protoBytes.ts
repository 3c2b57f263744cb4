/** One field of a Protocol Buffers message; nothing where it has the default value, as canonical encoders do. */
export function varintField(number: number, value: bigint): Uint8Array {
  return value === 0n ? EMPTY : Buffer.concat([varint(BigInt(number) << 3n), varint(value)]);
}

/** sfixed64. */
export function fixed64Field(number: number, value: bigint): Uint8Array {
  if (value === 0n) return EMPTY;
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return Buffer.concat([varint((BigInt(number) << 3n) | 1n), bytes]);
}

/** bytes and string. */
export function bytesField(number: number, value: Uint8Array): Uint8Array {
  return value.length === 0 ? EMPTY : messageField(number, value);
}

/** A message that is there also when it is empty. */
export function messageField(number: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([varint((BigInt(number) << 3n) | 2n), varint(BigInt(value.length)), value]);
}

/** With its length before it. */
export function delimited(message: Uint8Array): Uint8Array {
  return Buffer.concat([varint(BigInt(message.length)), message]);
}

const EMPTY = new Uint8Array(0);

/** @param value from 0 */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest < 0x80n) return Uint8Array.from([...bytes, low]);
    bytes.push(low | 0x80);
  }
}
