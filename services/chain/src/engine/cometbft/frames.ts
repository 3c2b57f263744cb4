import { GanglionError } from "@ganglion/types";

/** A block of any preset is far below it; the node's own limit is 2 GiB. */
const FRAME_LIMIT_BYTES = 128 * 1024 * 1024;

const VARINT_LIMIT_BYTES = 5;
const EMPTY = new Uint8Array(0);

/**
 * Cuts a stream into frames: an unsigned varint length, then so many bytes.
 * PERF: chunks are joined only once a frame is whole, so a frame of many chunks is copied once.
 */
export class FrameReader {
  readonly #limitBytes: number;
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** Of the frame whose length was read, its bytes still to come. */
  #wanted: number | undefined;

  constructor(limitBytes = FRAME_LIMIT_BYTES) {
    this.#limitBytes = limitBytes;
  }

  /** Whether what came ends within a frame; asked once there is no next one. */
  get isHalfSent(): boolean {
    return this.#size > 0 || this.#wanted !== undefined;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /**
   * The next whole frame, possibly a view on a chunk; undefined until more comes.
   * @throws GanglionError ABCI_BAD_FRAME
   */
  next(): Uint8Array | undefined {
    this.#wanted ??= this.#readLength();
    if (this.#wanted === undefined || this.#size < this.#wanted) return undefined;
    const frame = this.#take(this.#wanted);
    this.#wanted = undefined;
    return frame;
  }

  #readLength(): number | undefined {
    let length = 0;
    let scale = 1;
    for (let at = 0; at < VARINT_LIMIT_BYTES; at++) {
      const byte = this.#peek(at);
      if (byte === undefined) return undefined;
      length += (byte & 0x7f) * scale;
      scale *= 0x80;
      if (length > this.#limitBytes)
        throw badFrame(`a frame of at least ${length} bytes, above the limit of ${this.#limitBytes}`);
      if (byte < 0x80) {
        this.#take(at + 1);
        return length;
      }
    }
    throw badFrame("a length of more than five bytes");
  }

  #peek(at: number): number | undefined {
    let offset = at;
    for (const chunk of this.#chunks) {
      if (offset < chunk.length) return chunk[offset];
      offset -= chunk.length;
    }
    return undefined;
  }

  #take(size: number): Uint8Array {
    this.#size -= size;
    const [first = EMPTY] = this.#chunks;
    if (first.length > size) {
      this.#chunks[0] = first.subarray(size);
      return first.subarray(0, size);
    }
    if (first.length === size) {
      this.#chunks.shift();
      return first;
    }
    return this.#join(size);
  }

  #join(size: number): Uint8Array {
    const joined = new Uint8Array(size);
    let filled = 0;
    let used = 0;
    while (filled < size) {
      const chunk = this.#chunks[used] ?? EMPTY;
      const part = chunk.subarray(0, size - filled);
      joined.set(part, filled);
      filled += part.length;
      if (part.length < chunk.length) this.#chunks[used] = chunk.subarray(part.length);
      else used++;
    }
    this.#chunks.splice(0, used);
    return joined;
  }
}

/** What goes before a message of so many bytes. */
export function encodeLength(length: number): Uint8Array {
  const bytes: number[] = [];
  let rest = length;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Uint8Array.of(...bytes, rest);
}

function badFrame(what: string): GanglionError {
  return new GanglionError("ABCI_BAD_FRAME", `the node sent ${what}: is another program on the socket?`);
}
