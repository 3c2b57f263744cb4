/** Protocol-buffer wire format, the part that ONNX models need: varints, strings, nested messages, packed bytes. */
export class WireWriter {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  varintField(field: number, value: number | bigint): this {
    return this.#varint(BigInt(field) << 3n).#varint(BigInt.asUintN(64, BigInt(value)));
  }

  floatField(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#varint((BigInt(field) << 3n) | 5n).#push(bytes);
  }

  bytesField(field: number, bytes: Uint8Array): this {
    return this.#varint((BigInt(field) << 3n) | 2n)
      .#varint(BigInt(bytes.length))
      .#push(bytes);
  }

  /** `text` must be ASCII: names and operators are. */
  textField(field: number, text: string): this {
    return this.bytesField(
      field,
      Uint8Array.from(text, (char) => char.charCodeAt(0) & 0x7f),
    );
  }

  messageField(field: number, message: WireWriter): this {
    this.#varint((BigInt(field) << 3n) | 2n).#varint(BigInt(message.#length));
    for (const chunk of message.#chunks) this.#push(chunk);
    return this;
  }

  finish(): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(this.#length);
    let offset = 0;
    for (const chunk of this.#chunks) {
      out.set(chunk, offset);
      offset += chunk.length;
    }
    return out;
  }

  #varint(value: bigint): this {
    const bytes: number[] = [];
    let rest = value;
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    return this.#push(Uint8Array.from(bytes));
  }

  #push(bytes: Uint8Array): this {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    return this;
  }
}
