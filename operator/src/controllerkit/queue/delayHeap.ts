/** A key that becomes ready at a time. */
export type Delayed = { readonly key: string; readonly atMs: number };

/** Each key once, the earliest first. PERF: O(log n) to set, delete and pop, n = keys put off. */
export class DelayHeap {
  readonly #items: Delayed[] = [];
  readonly #places = new Map<string, number>();

  size(): number {
    return this.#items.length;
  }

  peek(): Delayed | undefined {
    return this.#items[0];
  }

  /** Puts the key off until then, whatever it was put off until before. */
  set(key: string, atMs: number): void {
    const at = this.#places.get(key) ?? this.#items.length;
    this.#place({ key, atMs }, at);
    this.#sink(this.#rise(at));
  }

  delete(key: string): void {
    const at = this.#places.get(key);
    if (at === undefined) return;
    this.#places.delete(key);
    const last = this.#items.pop();
    if (last === undefined || at === this.#items.length) return;
    this.#place(last, at);
    this.#sink(this.#rise(at));
  }

  pop(): Delayed | undefined {
    const first = this.#items[0];
    if (first !== undefined) this.delete(first.key);
    return first;
  }

  #rise(from: number): number {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#earlier(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
    return at;
  }

  #sink(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1;
      const child = this.#earlier(left + 1, left) ? left + 1 : left;
      if (!this.#earlier(child, at)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #earlier(a: number, b: number): boolean {
    const [left, right] = [this.#items[a], this.#items[b]];
    return left !== undefined && right !== undefined && left.atMs < right.atMs;
  }

  #swap(a: number, b: number): void {
    const [left, right] = [this.#items[a], this.#items[b]];
    if (left === undefined || right === undefined) return;
    this.#place(right, a);
    this.#place(left, b);
  }

  #place(item: Delayed, at: number): void {
    this.#items[at] = item;
    this.#places.set(item.key, at);
  }
}
