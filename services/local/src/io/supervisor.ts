import type { Logger } from "@ganglion/types";
import { type Facts, ProgramChild, type ProgramChildOptions, type ProgramExit } from "./programChild.ts";

export type SupervisedState = "starting" | "running" | "stopped" | `failed: ${string}`;

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A program that ran this long before it fell is given the first delay again. */
const STABLE_MS = 60_000;

/** Keeps one program running: starts it again after a fall, later each time. */
export class Supervisor {
  readonly name: string;
  #child: ProgramChild;
  #state: SupervisedState = "starting";
  #stopping = false;
  #delayMs = FIRST_DELAY_MS;
  #restart: NodeJS.Timeout | undefined;
  readonly #options: ProgramChildOptions;
  readonly #logger: Logger;
  readonly #onReady: (facts: Facts) => void;

  constructor(options: ProgramChildOptions, logger: Logger, onReady: (facts: Facts) => void) {
    this.name = options.name;
    this.#options = options;
    this.#logger = logger.child({ name: options.name });
    this.#onReady = onReady;
    this.#child = this.#start();
  }

  /** The child that runs now; it changes with each restart. */
  get child(): ProgramChild {
    return this.#child;
  }

  get state(): SupervisedState {
    return this.#state;
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    await this.#child.stop(deadlineMs);
    this.#state = "stopped";
  }

  #start(): ProgramChild {
    const startedMs = performance.now();
    const child = new ProgramChild(this.#options);
    child.ready.then(
      (facts) => {
        this.#state = "running";
        this.#onReady(facts);
      },
      () => undefined,
    );
    void child.exited.then((exit) => this.#fell(exit, performance.now() - startedMs));
    return child;
  }

  #fell(exit: ProgramExit, ranMs: number): void {
    if (this.#stopping) return;
    const reason = exit.fault?.message ?? `ended with ${exit.signal ?? exit.code}`;
    this.#state = `failed: ${reason}`;
    this.#delayMs = ranMs > STABLE_MS ? FIRST_DELAY_MS : Math.min(this.#delayMs * 2, LONGEST_DELAY_MS);
    this.#logger.warn("program fell, starting it again", {
      reason,
      code: exit.fault?.code,
      delayMs: this.#delayMs,
    });
    this.#restart = setTimeout(() => {
      this.#state = "starting";
      this.#child = this.#start();
    }, this.#delayMs);
  }
}
