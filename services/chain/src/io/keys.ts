import type { HistorySubject } from "../core/historySubjects.ts";

/** Table keys: big-endian numbers, so that the order of bytes is the order of numbers. */
export function numberKey(value: number): Uint8Array {
  const key = new Uint8Array(8);
  writeNumber(key, 0, value);
  return key;
}

export function readNumberKey(key: Uint8Array): number {
  return Number(new DataView(key.buffer, key.byteOffset, key.byteLength).getBigUint64(0));
}

/** Height, then position in the block: the key of an event and where a transaction stands. */
export type Position = { readonly height: number; readonly index: number };

export function positionKey({ height, index }: Position): Uint8Array {
  const key = new Uint8Array(12);
  writeNumber(key, 0, height);
  writeWord(key, 8, index);
  return key;
}

export function readPositionKey(key: Uint8Array): Position {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  return { height: Number(view.getBigUint64(0)), index: view.getUint32(8) };
}

/** What all keys of one history begin with. */
export function historyPrefix(subject: HistorySubject): Uint8Array {
  if (subject.kind === "address") return Uint8Array.of(2, ...subject.address);
  const key = new Uint8Array(5);
  key[0] = 1;
  writeWord(key, 1, subject.index);
  return key;
}

/** Then the place of the event. */
export function historyKey(subject: HistorySubject, position: Position): Uint8Array {
  return Uint8Array.of(...historyPrefix(subject), ...positionKey(position));
}

/** PERF: a block changes thousands of rows of few fields. */
const fieldNames = new Map<string, Uint8Array>();
const decoder = new TextDecoder();

/** Where a row of the state is: the field's name, then the index. */
export type StatePlace = { readonly field: string; readonly index: number };

export function stateKey({ field, index }: StatePlace): Uint8Array {
  const name = nameOf(field);
  const key = new Uint8Array(name.length + 8);
  key.set(name);
  writeNumber(key, name.length, index);
  return key;
}

export function readStateKey(key: Uint8Array): StatePlace {
  const split = key.length - 8;
  return { field: decoder.decode(key.subarray(0, split)), index: readNumberKey(key.subarray(split)) };
}

function nameOf(field: string): Uint8Array {
  const known = fieldNames.get(field);
  if (known !== undefined) return known;
  const name = new TextEncoder().encode(field);
  fieldNames.set(field, name);
  return name;
}

function writeNumber(key: Uint8Array, at: number, value: number): void {
  writeWord(key, at, Math.floor(value / 0x1_0000_0000));
  writeWord(key, at + 4, value >>> 0);
}

function writeWord(key: Uint8Array, at: number, word: number): void {
  key[at] = word >>> 24;
  key[at + 1] = word >>> 16;
  key[at + 2] = word >>> 8;
  key[at + 3] = word;
}
