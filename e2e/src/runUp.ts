import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { GanglionError } from "@ganglion/types";
import { processesOf } from "./processTree.ts";

export type UpLine = { readonly event: string; readonly atMs: number } & Readonly<Record<string, unknown>>;

const GONE_POLL_MS = 20;
const COMMAND = fileURLToPath(new URL("../../services/cli/bin/ganglion.mjs", import.meta.url));

/** A running `ganglion up --json`, or `ganglion testnet --json`, in a process group of its own, its lines as they come. */
export class Up {
  readonly lines: UpLine[] = [];
  readonly exited: Promise<number | null>;
  readonly #process: ChildProcess;
  readonly #startedMs = performance.now();
  readonly #waiting = new Set<() => void>();
  #errors = "";

  constructor(args: readonly string[], cwd = process.cwd(), command: "up" | "testnet" = "up") {
    this.#process = spawn(process.execPath, [COMMAND, command, "--json", ...args], {
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.exited = new Promise((resolve) => this.#process.once("close", (code) => resolve(code)));
    void this.exited.then(() => this.#wake());
    this.#process.stderr?.on("data", (chunk) => {
      this.#errors += String(chunk);
    });
    if (this.#process.stdout)
      createInterface({ input: this.#process.stdout }).on("line", (text) => {
        const value: unknown = JSON.parse(text);
        this.lines.push({ ...(value as UpLine), atMs: performance.now() - this.#startedMs });
        this.#wake();
      });
  }

  /** Also of its process group. */
  get pid(): number {
    return this.#process.pid ?? -1;
  }

  /** Since it was started. */
  get elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** What it wrote on standard error. */
  get errors(): string {
    return this.#errors;
  }

  /**
   * The first line that fits, past or future.
   * @throws GanglionError E2E_TIMEOUT | E2E_ENDED
   */
  async line(fits: (line: UpLine) => boolean, withinMs: number): Promise<UpLine> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const found = this.lines.find(fits);
      if (found) return found;
      if (this.#process.exitCode !== null)
        throw new GanglionError("E2E_ENDED", `it ended with ${this.#process.exitCode}: ${this.#errors}`);
      const left = deadline - performance.now();
      if (left <= 0)
        throw new GanglionError(
          "E2E_TIMEOUT",
          `no such line in ${withinMs} ms; last: ${JSON.stringify(this.lines.at(-1))}`,
        );
      await this.#next(left);
    }
  }

  /** To all its processes at once, as a terminal sends Ctrl-C; nothing if all are gone. */
  kill(signal: NodeJS.Signals): void {
    if (processesOf(this.pid).length > 0) process.kill(-this.pid, signal);
  }

  /** Kills all its processes and waits until they are gone: a dying one may hold its files for a moment. */
  async killAll(): Promise<void> {
    this.kill("SIGKILL");
    await this.exited;
    while (processesOf(this.pid).length > 0)
      await new Promise((resolve) => setTimeout(resolve, GONE_POLL_MS));
  }

  /** Ends it as Ctrl-C does and waits until all its processes are gone. */
  async stop(): Promise<{ readonly code: number | null; readonly tookMs: number }> {
    const startedMs = performance.now();
    this.kill("SIGINT");
    const code = await this.exited;
    return { code, tookMs: performance.now() - startedMs };
  }

  #next(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, withinMs);
      this.#waiting.add(wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
