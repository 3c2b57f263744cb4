import { GanglionError, type Logger } from "@ganglion/types";
import { type Facts, ProgramChild, type ProgramChildOptions, type ProgramExit } from "./programChild.ts";

export type SupervisedState = "starting" | "running" | "stopped" | `failed: ${string}`;

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A program that ran this long before it fell is given the first delay again. */
const STABLE_MS = 60_000;
/** How long a chain may take to close when the process that ran it was killed. */
const HELD_MS = 5_000;

export type SupervisorOptions = ProgramChildOptions & {
  /** The network cannot be without it. */
  readonly vital: boolean;
};

export type SupervisorModules = {
  readonly logger: Logger;
  readonly onReady: (facts: Facts) => void;
  /** Told when the program cannot go on: it is not started again. */
  readonly onFatal: (error: GanglionError) => void;
};

/**
 * Keeps one program running: starts it again after a fall, later each time. What a program refuses at its very
 * first start, with a coded error, is for the user to mend and ends it; so is every coded end of a `vital` program.
 */
export class Supervisor {
  readonly name: string;
  /** Of its first start; one that must wait for an earlier process to close counts once it has. */
  readonly ready: Promise<Facts>;
  readonly #first = Promise.withResolvers<Facts>();
  readonly #createdMs = performance.now();
  #child: ProgramChild;
  #state: SupervisedState = "starting";
  #stopping = false;
  #delayMs = FIRST_DELAY_MS;
  #restart: NodeJS.Timeout | undefined;
  #wasReady = false;
  readonly #options: SupervisorOptions;
  readonly #modules: SupervisorModules;

  constructor(options: SupervisorOptions, modules: SupervisorModules) {
    this.name = options.name;
    this.#options = options;
    this.#modules = { ...modules, logger: modules.logger.child({ name: options.name }) };
    this.ready = this.#first.promise;
    this.ready.catch(() => undefined);
    this.#child = this.#start();
  }

  /** The child that runs now; it changes with each restart. */
  get child(): ProgramChild {
    return this.#child;
  }

  get state(): SupervisedState {
    return this.#state;
  }

  /** From now on its end is expected. */
  expectEnd(): void {
    this.#stopping = true;
    clearTimeout(this.#restart);
  }

  async stop(deadlineMs: number): Promise<void> {
    this.expectEnd();
    await this.#child.stop(deadlineMs);
    this.#state = "stopped";
  }

  #start(): ProgramChild {
    const startedMs = performance.now();
    const child = new ProgramChild(this.#options);
    child.ready.then(
      (facts) => {
        this.#state = "running";
        this.#wasReady = true;
        this.#first.resolve(facts);
        this.#modules.onReady(facts);
      },
      () => undefined,
    );
    void child.exited.then((exit) => {
      const held = this.#isHeld(exit);
      if (!held) child.ready.catch((error: unknown) => this.#first.reject(error));
      this.#fell(exit, performance.now() - startedMs, held);
    });
    return child;
  }

  #isHeld({ fault }: ProgramExit): boolean {
    const early = !this.#wasReady && performance.now() - this.#createdMs < HELD_MS;
    return !this.#stopping && early && fault?.code === "CHAIN_STORE_HELD";
  }

  #fell(exit: ProgramExit, ranMs: number, held: boolean): void {
    if (this.#stopping) return;
    const reason = exit.fault?.message ?? `ended with ${exit.signal ?? exit.code}`;
    this.#state = `failed: ${reason}`;
    const refused = this.#options.vital || !this.#wasReady;
    if (exit.fault && refused && !held && !mayPass(exit.fault.code)) {
      this.#modules.onFatal(
        new GanglionError(exit.fault.code, `${this.name}: ${reason}`, { name: this.name }),
      );
      return;
    }
    this.#delayMs =
      held || ranMs > STABLE_MS ? FIRST_DELAY_MS : Math.min(this.#delayMs * 2, LONGEST_DELAY_MS);
    this.#modules.logger.warn("program fell, starting it again", {
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

/** The ledger did not answer, or a fault of ours: the next start may go well. */
function mayPass(code: string): boolean {
  return code.startsWith("CLIENT_") || code === "INTERNAL";
}
