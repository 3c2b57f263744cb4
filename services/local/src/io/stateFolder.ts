import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder, writeFileAtomicSync } from "@ganglion/runtime/files";
import { type LockHolder, lockFolder } from "@ganglion/runtime/lock";
import { errorCode, errorMessage, GanglionError } from "@ganglion/types";
import { z } from "zod";

/** What other commands need to talk to the running network. */
const runSchema = z.object({
  /** Query APIs of the ledger's nodes, host:port. */
  chains: z.array(z.string()).min(1),
  metrics: z.string(),
  validators: z.array(z.object({ name: z.string(), endpoint: z.string() })),
  /** Resource name by hotkey in hexadecimal. */
  names: z.record(z.string(), z.string()),
});
export type RunFile = z.output<typeof runSchema>;

const LOCK_FILE = "lock";
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
  static open(root: string): StateFolder {
    try {
      makeFolder(root);
      const held = (holder: LockHolder): GanglionError => heldBy(holder, root);
      return new StateFolder(root, lockFolder(root, { fileName: LOCK_FILE, held }));
    } catch (cause) {
      throw explained(root, cause);
    }
  }

  /**
   * Makes its folders.
   * @param fresh removes what an earlier run left, keys included
   * @throws GanglionError LOCAL_FOLDER_UNWRITABLE
   */
  async prepare({ fresh }: { readonly fresh: boolean }): Promise<void> {
    try {
      if (fresh) await this.#clear();
      for (const name of FOLDERS) makeFolder(this.path(name));
    } catch (cause) {
      throw explained(this.root, cause);
    }
  }

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  /** Atomic: a reader sees the old or the new text, also after a power cut. */
  write(name: string, text: string): string {
    const path = this.path(name);
    writeFileAtomicSync(path, text);
    return path;
  }

  /** What the file system refused, as an error that says what to do; other errors as they are. */
  explain(error: unknown): unknown {
    return explained(this.root, error);
  }

  /** Undefined when there is no such file. */
  read(name: string): string | undefined {
    const path = this.path(name);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  }

  /** Renames a folder so that another can take its name; nothing is lost. @returns its new name */
  moveAside(name: string): string {
    for (let count = 1; ; count++) {
      const aside = `${name}.replaced-${count}`;
      if (existsSync(this.path(aside))) continue;
      renameSync(this.path(name), this.path(aside));
      return aside;
    }
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

function explained(root: string, error: unknown): unknown {
  const refused = error instanceof Error && "syscall" in error && !("port" in error);
  if (!refused && errorCode(error) !== "RUNTIME_CANNOT_WRITE") return error;
  return new GanglionError(
    "LOCAL_FOLDER_UNWRITABLE",
    `cannot write to the state folder ${root} (${errorMessage(error)}): free space, mend its permissions, or choose another folder with --state`,
    { folder: root },
    { cause: error },
  );
}

function heldBy({ pid, command, startedAt }: LockHolder, root: string): GanglionError {
  return new GanglionError(
    "LOCAL_FOLDER_HELD",
    `${root} is in use by process ${pid} (${command}, since ${startedAt}): stop it, or choose another folder with --state`,
    { pid },
  );
}
