/** Table keys: big-endian numbers, so that the order of bytes is the order of numbers. */
export function numberKey(value: number): Uint8Array {
  const key = new Uint8Array(8);
  new DataView(key.buffer).setBigUint64(0, BigInt(value));
  return key;
}

export function readNumberKey(key: Uint8Array): number {
  return Number(new DataView(key.buffer, key.byteOffset, key.byteLength).getBigUint64(0));
}

/** Height, then position in the block: the key of an event and where a transaction stands. */
export type Position = { readonly height: number; readonly index: number };

export function positionKey({ height, index }: Position): Uint8Array {
  const key = new Uint8Array(12);
  const view = new DataView(key.buffer);
  view.setBigUint64(0, BigInt(height));
  view.setUint32(8, index);
  return key;
}

export function readPositionKey(key: Uint8Array): Position {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  return { height: Number(view.getBigUint64(0)), index: view.getUint32(8) };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Where a row of the state is: the field's name, then the index. */
export type StatePlace = { readonly field: string; readonly index: number };

export function stateKey({ field, index }: StatePlace): Uint8Array {
  const name = encoder.encode(field);
  const key = new Uint8Array(name.length + 8);
  key.set(name);
  key.set(numberKey(index), name.length);
  return key;
}

export function readStateKey(key: Uint8Array): StatePlace {
  const split = key.length - 8;
  return { field: decoder.decode(key.subarray(0, split)), index: readNumberKey(key.subarray(split)) };
}
