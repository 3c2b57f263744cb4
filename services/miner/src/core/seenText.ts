import { hashBytes } from "./hashBytes.ts";

/** Bytes of context that name a place in a text: fewer recur in other texts, which would make it a language model. */
const PLACE_BYTES = 24;
const EMPTY = 0;
const RECORD_BYTES = 5;

/**
 * What followed in every text that was ever recorded: a table of fixed size from the last bytes of a context
 * to the next byte, where a newer text takes the place of an older one.
 */
export class SeenText {
  readonly #names: Uint32Array;
  readonly #next: Uint8Array;

  /** @param slots a power of two; 5 bytes of memory each */
  constructor(slots: number) {
    this.#names = new Uint32Array(slots);
    this.#next = new Uint8Array(slots);
  }

  record(text: Uint8Array): void {
    for (let end = PLACE_BYTES; end < text.length; end++) {
      const name = nameOf(text, end);
      const slot = this.#slotOf(name);
      this.#names[slot] = name;
      this.#next[slot] = text[end] ?? 0;
    }
  }

  /** The byte that followed `text[0, end)` whenever it was last seen. */
  lookUp(text: Uint8Array, end: number): number | undefined {
    if (end < PLACE_BYTES) return undefined;
    const name = nameOf(text, end);
    const slot = this.#slotOf(name);
    return this.#names[slot] === name ? this.#next[slot] : undefined;
  }

  encode(): Uint8Array {
    const bytes = new Uint8Array(this.#names.length * RECORD_BYTES);
    const view = new DataView(bytes.buffer);
    for (const [slot, name] of this.#names.entries()) view.setUint32(slot * 4, name, true);
    bytes.set(this.#next, this.#names.length * 4);
    return bytes;
  }

  /** Fills an empty table; bytes of another size are ignored, since the record can be built again. */
  restore(bytes: Uint8Array): void {
    const slots = this.#names.length;
    if (bytes.length !== slots * RECORD_BYTES) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let slot = 0; slot < slots; slot++) this.#names[slot] = view.getUint32(slot * 4, true);
    this.#next.set(bytes.subarray(slots * 4));
  }

  #slotOf(name: number): number {
    return name & (this.#names.length - 1);
  }
}

function nameOf(text: Uint8Array, end: number): number {
  const hash = hashBytes(text, end - PLACE_BYTES, end, PLACE_BYTES);
  return hash === EMPTY ? 1 : hash;
}
