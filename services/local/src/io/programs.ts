import type { GanglionError, Logger } from "@ganglion/types";
import type { ProgramView } from "../core/snapshot.ts";
import type { Facts, ProgressFields } from "./programChild.ts";
import type { StateFolder } from "./stateFolder.ts";
import { Supervisor } from "./supervisor.ts";

export type ProgramKind = "chain" | "miner" | "validator" | "trainer";

const PACKAGE_OF: Readonly<Record<ProgramKind, string>> = {
  chain: "@ganglion/chain",
  miner: "@ganglion/miner",
  validator: "@ganglion/validator",
  trainer: "@ganglion/trainer",
};

/** Scoring takes all the time there is: it stands back for blocks, for answers and for experts in the making. */
const NICENESS: Readonly<Partial<Record<ProgramKind, number>>> = { validator: 5 };

/**
 * Answers come and go: blocks of 4 MiB and more go back to the system, a fifth of a miner's memory, at no cost in time.
 * With smaller ones inference takes half as long again.
 */
const ENV: Readonly<Partial<Record<ProgramKind, Readonly<Record<string, string>>>>> = {
  miner: { MALLOC_MMAP_THRESHOLD_: "4194304", MALLOC_TRIM_THRESHOLD_: "4194304" },
};

export type ProgramStart = {
  readonly kind: ProgramKind;
  /** Unique in the network. */
  readonly name: string;
  readonly config: object;
  readonly onReady: (facts: Facts) => void;
  readonly onProgress?: (fields: ProgressFields) => void;
};

/** All supervised programs of one network. */
export class Programs {
  readonly #running = new Map<string, Supervisor>();
  readonly #folder: StateFolder;
  readonly #logger: Logger;
  readonly #onFatal: (error: GanglionError) => void;

  /** @param onFatal told when a program cannot go on */
  constructor(folder: StateFolder, logger: Logger, onFatal: (error: GanglionError) => void) {
    this.#folder = folder;
    this.#logger = logger;
    this.#onFatal = onFatal;
  }

  /** Writes the program's configuration and keeps it running. */
  start({ kind, name, config, onReady, onProgress }: ProgramStart): Supervisor {
    const supervisor = new Supervisor(
      {
        name,
        main: mainOf(kind),
        configFile: this.#folder.write(`config/${name}.json`, `${JSON.stringify(config, null, 2)}\n`),
        logFile: this.#folder.path("logs", `${name}.log`),
        vital: kind === "chain",
        ...(NICENESS[kind] !== undefined && { niceness: NICENESS[kind] }),
        ...(ENV[kind] && { env: ENV[kind] }),
        ...(onProgress && { onProgress }),
      },
      { logger: this.#logger, onReady, onFatal: this.#onFatal },
    );
    this.#running.set(name, supervisor);
    return supervisor;
  }

  get views(): readonly ProgramView[] {
    return [...this.#running.values()].map(({ name, state }) => ({ name, state }));
  }

  /** Metrics texts of all programs that answer. */
  metrics(): Promise<readonly string[]> {
    return Promise.all([...this.#running.values()].map((program) => program.child.metrics()));
  }

  /** Ctrl-C reaches all programs at once: from now on their end is expected. */
  expectEnd(): void {
    for (const program of this.#running.values()) program.expectEnd();
  }

  /** Stops the named programs together. */
  async stop(names: (name: string) => boolean, deadlineMs: number): Promise<void> {
    const chosen = [...this.#running].filter(([name]) => names(name));
    await Promise.all(chosen.map(([, program]) => program.stop(deadlineMs)));
  }
}

/** A program's main stands beside its package's entrance. */
export function mainOf(kind: ProgramKind): URL {
  return new URL("./main.ts", import.meta.resolve(PACKAGE_OF[kind]));
}
