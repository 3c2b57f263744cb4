import type { PooledTransaction } from "./pooledTransaction.ts";

/** What waits in one lane, in the order of its admission. */
export class LaneEntries {
  private readonly live = new Set<PooledTransaction>();
  /** PERF: with those that left meanwhile, so that the youngest are found from its end; never more than twice what waits. */
  private order: PooledTransaction[] = [];
  private bytes = 0;

  get size(): number {
    return this.live.size;
  }

  get sizeBytes(): number {
    return this.bytes;
  }

  add(entry: PooledTransaction): void {
    this.live.add(entry);
    this.order.push(entry);
    this.bytes += entry.bytes.length;
    this.tidy();
  }

  delete(entry: PooledTransaction): void {
    if (!this.live.delete(entry)) return;
    this.bytes -= entry.bytes.length;
    this.tidy();
  }

  youngest(fits: (entry: PooledTransaction) => boolean): PooledTransaction | undefined {
    return this.order.findLast((entry) => this.live.has(entry) && fits(entry));
  }

  private tidy(): void {
    if (this.order.length > 2 * this.live.size) this.order = [...this.live];
  }
}
