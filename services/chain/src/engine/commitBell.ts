/** Tells streams that a block was committed. */
export class CommitBell {
  private height: number;
  private readonly waiting = new Set<() => void>();

  constructor(height: number) {
    this.height = height;
  }

  get committedHeight(): number {
    return this.height;
  }

  ring(height: number): void {
    this.height = height;
    for (const wake of [...this.waiting]) wake();
  }

  /** Resolves once a block above `height` is committed, or when the signal aborts. */
  wait(height: number, signal: AbortSignal): Promise<void> {
    if (this.height > height || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }
}
