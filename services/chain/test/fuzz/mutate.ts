import { createRandom, type Random } from "@ganglion/types";

const MOST_CHANGES = 4;
const LONGEST_RANDOM_BYTES = 400;
/** Where lengths, counts and offsets turn over. */
const EDGES = [0, 1, 0x7f, 0x80, 0xfe, 0xff];

type Change = (bytes: Uint8Array, random: Below) => Uint8Array;
type Below = (limit: number) => number;

const CHANGES: readonly Change[] = [
  (bytes, below) => bytes.with(below(bytes.length), below(256)),
  (bytes, below) => {
    const at = below(bytes.length);
    return bytes.with(at, (bytes[at] ?? 0) ^ (1 << below(8)));
  },
  (bytes, below) => bytes.with(below(bytes.length), EDGES[below(EDGES.length)] ?? 0),
  (bytes, below) => bytes.slice(0, below(bytes.length)),
  (bytes, below) => bytes.slice(below(bytes.length)),
  (bytes, below) => {
    const at = below(bytes.length);
    return joined(bytes.subarray(0, at), randomBytes(1 + below(8), below), bytes.subarray(at));
  },
  (bytes, below) => {
    const at = below(bytes.length);
    return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + below(8)));
  },
  (bytes, below) => {
    const from = below(bytes.length);
    const part = bytes.slice(from, from + 1 + below(64));
    const changed = Uint8Array.from(bytes);
    changed.set(part.subarray(0, bytes.length - Math.min(from, bytes.length)), below(from + 1));
    return changed;
  },
];

/** The input of this number: bytes at random, or a valid one with some changes. The same numbers give the same bytes. */
export function fuzzInput(valid: readonly Uint8Array[], seed: number, index: number): Uint8Array {
  const random: Random = createRandom(Math.imul(seed, 0x9e37_79b1) ^ index);
  const below: Below = (limit) => Math.floor(random.next() * limit);
  if (below(10) === 0) return randomBytes(below(LONGEST_RANDOM_BYTES), below);
  let bytes = valid[below(valid.length)] ?? new Uint8Array(0);
  for (let left = 1 + below(MOST_CHANGES); left > 0 && bytes.length > 0; left--)
    bytes = (CHANGES[below(CHANGES.length)] ?? identity)(bytes, below);
  return bytes;
}

function identity(bytes: Uint8Array): Uint8Array {
  return bytes;
}

function randomBytes(length: number, below: Below): Uint8Array {
  return Uint8Array.from({ length }, () => below(256));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
