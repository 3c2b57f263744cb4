/** A key that becomes ready at a time. */
export type Delayed = { readonly key: string; readonly atMs: number };

/** The earliest first. PERF: O(log n) to push and pop, n = keys put off. */
export class DelayHeap {
  readonly #items: Delayed[] = [];

  peek(): Delayed | undefined {
    return this.#items[0];
  }

  push(item: Delayed): void {
    let at = this.#items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#earlier(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): Delayed | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (last === undefined || this.#items.length === 0) return first;
    this.#items[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const child = this.#earlier(left + 1, left) ? left + 1 : left;
      if (!this.#earlier(child, at)) return first;
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
    this.#items[a] = right;
    this.#items[b] = left;
  }
}
