const MAGIC = 0x474d_4958;
const PREFIX_BYTES = 8;

/** Magic, length of the text, the text (others than printable ASCII escaped), then the arrays' raw little-endian data. */
export function joinArrays(
  json: string,
  arrays: readonly (Float32Array | Float64Array | Int8Array)[],
): Uint8Array<ArrayBuffer> {
  const text = json.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const total = arrays.reduce((sum, array) => sum + array.byteLength, PREFIX_BYTES + text.length);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(4, text.length);
  for (let i = 0; i < text.length; i++) bytes[PREFIX_BYTES + i] = text.charCodeAt(i);
  let at = PREFIX_BYTES + text.length;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return bytes;
}

/** Reads what `joinArrays` wrote, in the same order. All of its methods throw RangeError on wrong bytes. */
export class ArrayReader {
  readonly text: string;
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(0) !== MAGIC) throw new RangeError("no checkpoint of a mixture");
    this.#bytes = bytes;
    this.#at = PREFIX_BYTES;
    const raw = this.#take(view.getUint32(4));
    let text = "";
    for (const code of raw) text += String.fromCharCode(code);
    this.text = text;
  }

  floats(length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#take(length * Float32Array.BYTES_PER_ELEMENT).buffer);
  }

  doubles(length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#take(length * Float64Array.BYTES_PER_ELEMENT).buffer);
  }

  int8(length: number): Int8Array<ArrayBuffer> {
    return new Int8Array(this.#take(length).buffer);
  }

  finish(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError("bytes are left over");
  }

  /** A copy, so that it is aligned and stands alone. */
  #take(length: number): Uint8Array<ArrayBuffer> {
    if (!(length >= 0 && this.#at + length <= this.#bytes.length))
      throw new RangeError("the bytes end early");
    const taken = this.#bytes.slice(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }
}
