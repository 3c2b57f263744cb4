import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { GanglionError } from "@ganglion/types";

const LAST_LOG_CHARACTERS = 1_500;
const STOP_MS = 10_000;

export type ChildProgramOptions = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Its output is appended there. */
  readonly log: string;
};

/** A program that runs as a child, can be stopped and started again, and dies with this process. */
export class ChildProgram {
  readonly name: string;
  readonly #options: ChildProgramOptions;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();

  constructor(options: ChildProgramOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.isRunning ? this.#child?.pid : undefined;
  }

  get isRunning(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  start(): void {
    if (this.isRunning) return;
    const { command, args, log } = this.#options;
    const output = openSync(log, "a");
    // The kernel ends it when this process ends, even by SIGKILL; its own group keeps a terminal's Ctrl-C from it.
    const child = spawn("setpriv", ["--pdeathsig", "KILL", command, ...args], {
      stdio: ["ignore", output, output],
      detached: true,
    });
    closeSync(output);
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.once("error", () => resolve());
    });
  }

  /** Ends it and waits; a program that does not listen is killed after ten seconds. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.isRunning) return;
    child.kill(signal);
    const late = new AbortController();
    const killed = sleep(STOP_MS, undefined, { signal: late.signal }).then(
      () => child.kill("SIGKILL"),
      () => undefined,
    );
    await this.#exited;
    late.abort();
    await killed;
  }

  /** @throws GanglionError CLUSTER_ENDED with the end of its log when it does not run */
  assertRunning(): void {
    if (this.isRunning) return;
    const said = readFileSync(this.#options.log, "utf8").slice(-LAST_LOG_CHARACTERS);
    throw new GanglionError("CLUSTER_ENDED", `${this.name} ended; see ${this.#options.log}: ${said}`);
  }
}
