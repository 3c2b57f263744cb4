import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { GanglionError } from "@ganglion/types";
import { z } from "zod";

const holderSchema = z.object({ pid: z.int(), startedAt: z.string(), command: z.string() });
type Holder = z.output<typeof holderSchema>;

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

  private constructor(root: string) {
    this.root = root;
  }

  /**
   * @param fresh removes what an earlier run left, keys included
   * @throws GanglionError LOCAL_FOLDER_HELD | LOCAL_FOLDER_UNWRITABLE
   */
  static async open(
    root: string,
    { fresh, nowIso }: { fresh: boolean; nowIso: string },
  ): Promise<StateFolder> {
    const folder = new StateFolder(root);
    await writable(root, () => mkdir(root, { recursive: true, mode: 0o700 }));
    await writable(root, async () => folder.#lock(nowIso));
    if (fresh) await writable(root, () => folder.#clear());
    for (const name of FOLDERS)
      await writable(root, () => mkdir(folder.path(name), { recursive: true, mode: 0o700 }));
    return folder;
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
    rmSync(this.path("lock"), { force: true });
  }

  #lock(nowIso: string): void {
    const path = this.path("lock");
    const holder: Holder = { pid: process.pid, startedAt: nowIso, command: process.argv.slice(1).join(" ") };
    for (;;) {
      try {
        writeFileSync(path, JSON.stringify(holder), { flag: "wx", mode: 0o600 });
        return;
      } catch (error) {
        if (!(error instanceof Error) || !("code" in error) || error.code !== "EEXIST") throw error;
      }
      const other = readHolder(path);
      if (other && isAlive(other.pid))
        throw new GanglionError(
          "LOCAL_FOLDER_HELD",
          `${this.root} is in use by process ${other.pid} (${other.command}, since ${other.startedAt}): stop it, or choose another folder with --state`,
          { pid: other.pid },
        );
      rmSync(path, { force: true });
    }
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

function readHolder(path: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
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
