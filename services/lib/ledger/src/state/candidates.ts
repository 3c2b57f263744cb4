/**
 * Rows at which a key may stand, for all states of one lineage at once. It only grows and it may name rows that a
 * given state has not, or that belong to another key: whoever asks must look. So it can be shared by states that
 * were derived and dropped, and its content never decides anything.
 */
export class Candidates {
  readonly #rows = new Map<string, number | readonly number[]>();
  readonly #base: Candidates | undefined;

  /** @param base is asked for what is not here, and never written */
  constructor(base?: Candidates) {
    this.#base = base;
  }

  add(key: Uint8Array, row: number): void {
    const text = textOf(key);
    const known = this.#rows.get(text);
    if (known === undefined) this.#rows.set(text, row);
    else if (typeof known === "number") {
      if (known !== row) this.#rows.set(text, [known, row]);
    } else if (!known.includes(row)) this.#rows.set(text, [...known, row]);
  }

  /** All candidates, each once. */
  all(key: Uint8Array): number[] {
    const known = this.#rows.get(textOf(key)) ?? [];
    const rows = typeof known === "number" ? [known] : known;
    return [...new Set([...(this.#base?.all(key) ?? []), ...rows])];
  }

  /** The one candidate for which `isAt` holds. */
  find(key: Uint8Array, isAt: (row: number) => boolean): number | undefined {
    const known = this.#rows.get(textOf(key));
    if (typeof known === "number") {
      if (isAt(known)) return known;
    } else {
      const row = known?.find(isAt);
      if (row !== undefined) return row;
    }
    return this.#base?.find(key, isAt);
  }
}

/** PERF: two bytes a character make the cheapest map key of a few bytes; keys have an even length. */
function textOf(key: Uint8Array): string {
  let text = "";
  for (let i = 0; i < key.length; i += 2)
    text += String.fromCharCode((key[i] ?? 0) * 256 + (key[i + 1] ?? 0));
  return text;
}
