import type { TimerClock } from "../../src/controllerkit/index.ts";

type Timer = { readonly atMs: number; readonly run: () => void };

const TURNS = 5;

/** A clock that moves when told. After each timer the event loop turns, so that promises settle. */
export class FakeClock implements TimerClock {
  readonly #timers = new Set<Timer>();
  #nowMs: number;

  constructor(startMs = 1_000_000) {
    this.#nowMs = startMs;
  }

  nowMs = (): number => this.#nowMs;

  monotonicMs = (): number => this.#nowMs;

  after = (delayMs: number, run: () => void): (() => void) => this.at(delayMs, run);

  protected at(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  async advance(ms: number): Promise<void> {
    await settle();
    const untilMs = this.#nowMs + ms;
    for (let next = this.#earliest(untilMs); next !== undefined; next = this.#earliest(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#timers.delete(next);
      next.run();
      await settle();
    }
    this.#nowMs = untilMs;
  }

  /** Time passes and nobody runs: a paused process. Its timers are due when it goes on. */
  jump(ms: number): void {
    this.#nowMs += ms;
  }

  #earliest(untilMs: number): Timer | undefined {
    const due = [...this.#timers].filter(({ atMs }) => atMs <= untilMs);
    return due.sort((a, b) => a.atMs - b.atMs)[0];
  }
}

/** Lets everything that waits for nothing but the event loop go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}
