import { compressBlock, SHA256_START } from "./sha256Block.ts";

export type WorkSearchInput = {
  /** The 104 bytes of types' `workMessage`; the nonce at offset 64 is overwritten. */
  readonly message: Uint8Array;
  readonly difficulty: bigint;
  readonly startNonce: bigint;
};

const PREFIX_BYTES = 64;
const MESSAGE_BITS = 104 * 8;
const DIGEST_BITS = 256;

/** Tries nonces one after another with the message's constant first block hashed once. */
export class WorkSearch {
  private readonly midstate = new Int32Array(8);
  private readonly tail = new Int32Array(16);
  private readonly inner = new Int32Array(16);
  private readonly digest = new Int32Array(8);
  private readonly difficulty: bigint;
  /** Highest first word that can meet the difficulty. */
  private readonly firstWordLimit: number;
  private nonce: bigint;

  constructor({ message, difficulty, startNonce }: WorkSearchInput) {
    const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
    const head = Int32Array.from({ length: 16 }, (_, i) => view.getInt32(i * 4));
    compressBlock(SHA256_START, head, this.midstate);
    for (let i = 2; i < 10; i++) this.tail[i] = view.getInt32(PREFIX_BYTES + i * 4);
    this.tail[10] = 0x80000000 | 0;
    this.tail[15] = MESSAGE_BITS;
    this.inner[8] = 0x80000000 | 0;
    this.inner[15] = DIGEST_BITS;
    this.difficulty = difficulty;
    this.firstWordLimit = Number((((1n << 256n) - 1n) / difficulty) >> 224n);
    this.nonce = startNonce;
  }

  /** The nonce that meets the difficulty among the next `tries`, if any. */
  run(tries: number): bigint | undefined {
    let low = Number(this.nonce & 0xffffffffn);
    const high = Number(this.nonce >> 32n);
    this.tail[1] = swapBytes(high);
    for (let i = 0; i < tries; i++) {
      this.tail[0] = swapBytes(low);
      compressBlock(this.midstate, this.tail, this.inner);
      // The second half of the inner block is padding and stays as it is.
      compressBlock(SHA256_START, this.inner, this.digest);
      if ((this.digest[0] ?? 0) >>> 0 <= this.firstWordLimit && this.isBelowTarget())
        return (BigInt(high) << 32n) | BigInt(low >>> 0);
      low++;
      if (low > 0xffffffff) return this.advanceTo((BigInt(high) + 1n) << 32n);
    }
    return this.advanceTo((BigInt(high) << 32n) | BigInt(low));
  }

  private advanceTo(nonce: bigint): undefined {
    this.nonce = nonce & ((1n << 64n) - 1n);
  }

  private isBelowTarget(): boolean {
    let value = 0n;
    for (const word of this.digest) value = (value << 32n) | BigInt(word >>> 0);
    return value * this.difficulty < 1n << 256n;
  }
}

/** A little-endian u32 as the big-endian word that SHA-256 reads. */
function swapBytes(word: number): number {
  return (
    ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | ((word >>> 24) & 0xff) | 0
  );
}
