import { type ChildProcess, fork } from "node:child_process";
import { closeSync, openSync, readdirSync } from "node:fs";
import { constants, getPriority, setPriority } from "node:os";
import { type ChildMessage, type ParentMessage, parseChildMessage } from "@ganglion/runtime/program";
import { GanglionError } from "@ganglion/types";

export type Facts = Extract<ChildMessage, { kind: "ready" }>["facts"];
export type ProgressFields = Extract<ChildMessage, { kind: "progress" }>["fields"];

export type ProgramChildOptions = {
  readonly name: string;
  /** The program's main module. */
  readonly main: URL;
  readonly configFile: string;
  /** Gets the program's standard output and error, appended. */
  readonly logFile: string;
  /** 0 to 19: how far it stands back for the machine's other programs. */
  readonly niceness?: number;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onProgress?: (fields: ProgressFields) => void;
};

/** How a child ended. `fault` is what it said itself, if it could. */
export type ProgramExit = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly fault?: { readonly code: string; readonly message: string };
};

const METRICS_DEADLINE_MS = 2_000;
const LEAST_PRIORITY = constants.priority.PRIORITY_LOW;

/** One program in a process of its own, which stops when this process goes away. */
export class ProgramChild {
  /** Rejects with the child's own coded error when it fails before it is ready. */
  readonly ready: Promise<Facts>;
  readonly exited: Promise<ProgramExit>;
  readonly #process: ChildProcess;
  readonly #waitingForMetrics: ((text: string) => void)[] = [];
  #fault: { code: string; message: string } | undefined;

  constructor(options: ProgramChildOptions) {
    const log = openSync(options.logFile, "a", 0o600);
    this.#process = fork(options.main, [options.configFile], {
      stdio: ["ignore", log, log, "ipc"],
      // Fourteen programs share one machine: small young generations cost little and save memory.
      execArgv: ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=4"],
      // glibc's heap for each thread would keep what inference frees.
      env: { ...process.env, MALLOC_ARENA_MAX: "2", ...options.env },
    });
    closeSync(log);
    if (options.niceness !== undefined) this.standBack(options.niceness);
    this.exited = new Promise((resolve) => {
      // Unlike "exit", "close" comes after the child's last message, and also when it could not be started.
      this.#process.once("close", (code, signal) =>
        resolve({ code, signal, ...(this.#fault && { fault: this.#fault }) }),
      );
    });
    this.ready = this.#whenReady(options);
    this.ready.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Lets the network's other programs go first, 0 (not at all) to 19. */
  standBack(niceness: number): void {
    try {
      for (const thread of threadsOf(this.#process.pid ?? 0))
        setPriority(thread, Math.min(getPriority() + niceness, LEAST_PRIORITY));
    } catch {
      // It has ended already, or the system does not let us: then it competes, which is only slower.
    }
  }

  /** Prometheus text of the child; empty when it does not answer in time. */
  async metrics(): Promise<string> {
    if (!this.#process.connected) return "";
    const answer = new Promise<string>((resolve) => this.#waitingForMetrics.push(resolve));
    this.#send({ kind: "metrics" });
    return Promise.race([answer, delayed(METRICS_DEADLINE_MS).then(() => "")]);
  }

  /** Asks it to stop; kills it after the deadline. */
  async stop(deadlineMs: number): Promise<void> {
    this.#send({ kind: "stop" });
    const kill = setTimeout(() => this.#process.kill("SIGKILL"), deadlineMs);
    await this.exited;
    clearTimeout(kill);
  }

  #whenReady({ name, logFile, onProgress }: ProgramChildOptions): Promise<Facts> {
    return new Promise((resolve, reject) => {
      this.#process.on("message", (value: unknown) => {
        const message = parseChildMessage(value);
        if (message?.kind === "ready") resolve(message.facts);
        if (message?.kind === "failed") this.#fault = { code: message.code, message: message.message };
        if (message?.kind === "metrics") this.#waitingForMetrics.shift()?.(message.text);
        if (message?.kind === "progress") onProgress?.(message.fields);
      });
      this.#process.on("error", (cause) =>
        reject(
          new GanglionError(
            "LOCAL_PROGRAM_FAILED",
            `${name} did not start: ${cause.message}`,
            { name },
            { cause },
          ),
        ),
      );
      void this.exited.then(({ code, signal, fault }) =>
        reject(
          fault
            ? new GanglionError(fault.code, fault.message, { name })
            : new GanglionError(
                "LOCAL_PROGRAM_FAILED",
                `${name} ended with ${signal ?? code} before it was ready: see ${logFile}`,
                { name },
              ),
        ),
      );
    });
  }

  #send(message: ParentMessage): void {
    // A child that goes away meanwhile is told by `exited`.
    if (this.#process.connected) this.#process.send(message, () => undefined);
  }
}

function delayed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** All threads of a process: on Linux each has a priority of its own, which threads it starts later inherit. */
function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}
