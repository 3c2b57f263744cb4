import type { TimerClock } from "./timerClock.ts";

/** Far below what callers of a busy process notice, and long against what a turn of the event loop costs. */
const LONGEST_MS = 5;

/**
 * Keeps long work that never waits from holding up all else: promises that are already kept run on and on before
 * the event loop sees a socket or a timer again.
 */
export class LoopTurns {
  readonly #clock: TimerClock;
  #beganMs: number;
  #next: Promise<void> | undefined;

  constructor(clock: TimerClock) {
    this.#clock = clock;
    this.#beganMs = clock.monotonicMs();
  }

  /** Between two pieces of work: lets the event loop turn once if it has not for 5 ms, for all who ask meanwhile. */
  async pause(): Promise<void> {
    if (this.#next === undefined && this.#clock.monotonicMs() - this.#beganMs >= LONGEST_MS)
      this.#next = new Promise((resolve) => {
        setImmediate(() => {
          this.#next = undefined;
          this.#beganMs = this.#clock.monotonicMs();
          resolve();
        });
      });
    await this.#next;
  }
}
