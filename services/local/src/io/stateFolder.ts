import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { GanglionError } from "@ganglion/types";
import { z } from "zod";
import { lockFolder } from "./folderLock.ts";

/** What other commands need to talk to the running network. */
const runSchema = z.object({
  chain: z.string(),
  metrics: z.string(),
  validators: z.array(z.object({ name: z.string(), endpoint: z.string() })),
  /** Resource name by hotkey in hexadecimal. */
  names: z.record(z.string(), z.string()),
});
export type RunFile = z.output<typeof runSchema>;

const FOLDERS = ["keys", "config", "logs", "models", "miners", "validators"];

/** The folder that holds one local network, locked for as long as this process runs it. */
export class StateFolder {
  readonly root: string;
  readonly #unlock: () => void;

  private constructor(root: string, unlock: () => void) {
    this.root = root;
    this.#unlock = unlock;
  }

  /**
   * Locks the folder and changes nothing else in it.
   * @throws GanglionError LOCAL_FOLDER_HELD | LOCAL_FOLDER_UNWRITABLE
   */
  static async open(root: string, nowIso: string): Promise<StateFolder> {
    return await writable(root, async () => {
      await mkdir(root, { recursive: true, mode: 0o700 });
      return new StateFolder(root, lockFolder(root, nowIso));
    });
  }

  /**
   * Makes its folders.
   * @param fresh removes what an earlier run left, keys included
   * @throws GanglionError LOCAL_FOLDER_UNWRITABLE
   */
  async prepare({ fresh }: { readonly fresh: boolean }): Promise<void> {
    await writable(this.root, async () => {
      if (fresh) await this.#clear();
      for (const name of FOLDERS) await mkdir(this.path(name), { recursive: true, mode: 0o700 });
    });
  }

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  /** Atomic: a reader sees the old or the new text, also after a power cut. */
  write(name: string, text: string): string {
    const path = this.path(name);
    const temporary = `${path}.${process.pid}.tmp`;
    const file = openSync(temporary, "w", 0o600);
    writeSync(file, text);
    fsyncSync(file);
    closeSync(file);
    renameSync(temporary, path);
    return path;
  }

  /** What the file system refused, as an error that says what to do; other errors as they are. */
  explain(error: unknown): unknown {
    const refused = error instanceof Error && "syscall" in error && !("port" in error);
    return refused ? unwritable(this.root, error) : error;
  }

  /** Undefined when there is no such file. */
  read(name: string): string | undefined {
    const path = this.path(name);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  }

  writeRun(run: RunFile): void {
    this.write("run.json", `${JSON.stringify(run, null, 2)}\n`);
  }

  release(): void {
    rmSync(this.path("run.json"), { force: true });
    this.#unlock();
  }

  async #clear(): Promise<void> {
    for (const name of [...FOLDERS, "chain", "genesis.json", "run.json"])
      await rm(this.path(name), { recursive: true, force: true });
  }
}

/**
 * The running network of a state folder.
 * @throws GanglionError LOCAL_NOT_RUNNING
 */
export function readRunFile(root: string): RunFile {
  const path = join(root, "run.json");
  try {
    return runSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new GanglionError(
      "LOCAL_NOT_RUNNING",
      `no network runs in ${root}: start one with \`make up\`, or name its folder with --state`,
      { folder: root },
      { cause },
    );
  }
}

async function writable<T>(root: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw cause instanceof GanglionError ? cause : unwritable(root, cause);
  }
}

function unwritable(root: string, cause: unknown): GanglionError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new GanglionError(
    "LOCAL_FOLDER_UNWRITABLE",
    `cannot write to the state folder ${root} (${reason}): free space, mend its permissions, or choose another folder with --state`,
    { folder: root },
    { cause },
  );
}
