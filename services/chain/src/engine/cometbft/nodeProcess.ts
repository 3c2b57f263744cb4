import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { GanglionError } from "@ganglion/types";
import { nodeSockets } from "./nodeConfig.ts";

/** The log of earlier runs is kept once, beside it. */
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;
const TAIL_LINES = 5;
/** How long a killed process may take to be gone. */
const LEFTOVER_MS = 5_000;
const POLL_MS = 20;

/** How the program ended. */
export type NodeExit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/**
 * The CometBFT program over one folder. It is in a process group of its own, so that Ctrl-C reaches it through us, in
 * order; should this process be killed, the next one ends what it left.
 */
export class NodeProcess {
  readonly exited: Promise<NodeExit>;
  readonly #child: ChildProcess;
  readonly #killOnExit = (): void => this.kill();

  private constructor(child: ChildProcess) {
    this.#child = child;
    process.once("exit", this.#killOnExit);
    this.exited = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        process.removeListener("exit", this.#killOnExit);
        resolve({ code, signal });
      });
    });
  }

  /**
   * @param binary of CometBFT
   * @throws GanglionError CHAIN_NODE_MISSING
   */
  static async start(binary: string, home: string): Promise<NodeProcess> {
    // Its whole path, since another program's may have the same relative one.
    const folder = resolve(home);
    await endLeftovers(folder);
    // One that was killed leaves its socket, on which the next could not listen.
    rmSync(nodeSockets(home).rpc, { force: true });
    const log = openSync(rotated(nodeLog(home)), "a", 0o600);
    try {
      const child = spawn(binary, ["start", "--home", folder], {
        stdio: ["ignore", log, log],
        detached: true,
      });
      await once(child, "spawn");
      return new NodeProcess(child);
    } catch (cause) {
      throw new GanglionError(
        "CHAIN_NODE_MISSING",
        `${binary} cannot be started: build CometBFT with \`make cometbft\``,
        { binary },
        { cause },
      );
    } finally {
      closeSync(log);
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** At once: for one that is stuck, which does not listen to other signals. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Lets it finish; kills it after the deadline. */
  async stop(deadlineMs: number): Promise<NodeExit> {
    this.#child.kill("SIGTERM");
    const late = AbortSignal.timeout(deadlineMs);
    late.addEventListener("abort", () => this.kill(), { once: true });
    return this.exited;
  }
}

/** Last lines of the node's log, for an error message. */
export function nodeLogTail(home: string): string {
  try {
    return readFileSync(nodeLog(home), "utf8").trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
  } catch {
    return "";
  }
}

/**
 * The node of a killed process may live on without its application, hold the folder, and even take the next
 * application for its own. It is found by its command line: a file that names it could not be written before it runs.
 */
async function endLeftovers(home: string): Promise<void> {
  for (const pid of readNumbers("/proc").filter((pid) => isNodeOf(pid, home))) {
    kill(pid);
    for (let waited = 0; isNodeOf(pid, home) && waited < LEFTOVER_MS; waited += POLL_MS)
      await setTimeout(POLL_MS);
  }
}

/** Process ids where there is such a folder (Linux). */
function readNumbers(folder: string): readonly number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isSafeInteger);
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself meanwhile.
  }
}

function isNodeOf(pid: number, home: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").endsWith(`\0start\0--home\0${home}\0`);
  } catch {
    return false;
  }
}

function nodeLog(home: string): string {
  return join(home, "node.log");
}

function rotated(path: string): string {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) renameSync(path, `${path}.1`);
  return path;
}
