const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const UINT32_RANGE = 0x1_0000_0000;

/** A 32-bit hash of `bytes[start, end)`; not for secrets. */
export function hashBytes(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = (FNV_OFFSET ^ seed) >>> 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), FNV_PRIME);
  return scramble(hash);
}

/** Repeatable numbers from a seed (sfc32); not for secrets. */
export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: bigint, stream = 0) {
    this.#a = Number(BigInt.asUintN(32, seed));
    this.#b = Number(BigInt.asUintN(32, seed >> 32n));
    this.#c = stream >>> 0;
    for (let i = 0; i < 12; i++) this.nextUint32();
  }

  nextUint32(): number {
    const sum = (this.#a + this.#b + this.#counter) >>> 0;
    this.#counter = (this.#counter + 1) >>> 0;
    this.#a = (this.#b ^ (this.#b >>> 9)) >>> 0;
    this.#b = (this.#c + (this.#c << 3)) >>> 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0;
    return sum;
  }

  /** 0 <= x < 1. */
  next(): number {
    return this.nextUint32() / UINT32_RANGE;
  }
}

function scramble(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
