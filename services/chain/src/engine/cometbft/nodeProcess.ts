import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
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
  readonly #pidFile: string;
  readonly #killOnExit = (): void => this.kill();

  private constructor(child: ChildProcess, home: string) {
    this.#child = child;
    this.#pidFile = pidFile(home);
    writeFileSync(this.#pidFile, String(child.pid), { mode: 0o600 });
    process.once("exit", this.#killOnExit);
    this.exited = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        process.removeListener("exit", this.#killOnExit);
        rmSync(this.#pidFile, { force: true });
        resolve({ code, signal });
      });
    });
  }

  /**
   * @param binary of CometBFT
   * @throws GanglionError CHAIN_NODE_MISSING
   */
  static async start(binary: string, home: string): Promise<NodeProcess> {
    await endLeftover(home);
    // One that was killed leaves its socket, on which the next could not listen.
    rmSync(nodeSockets(home).rpc, { force: true });
    const log = openSync(rotated(nodeLog(home)), "a", 0o600);
    try {
      const child = spawn(binary, ["start", "--home", home], {
        stdio: ["ignore", log, log],
        detached: true,
      });
      await once(child, "spawn");
      return new NodeProcess(child, home);
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

/** The node of a killed process may live on without its application, and hold the folder. */
async function endLeftover(home: string): Promise<void> {
  const path = pidFile(home);
  if (!existsSync(path)) return;
  const pid = Number(readFileSync(path, "utf8"));
  if (Number.isSafeInteger(pid) && pid > 1 && isNodeOf(pid, home)) {
    process.kill(pid, "SIGKILL");
    for (let waited = 0; isNodeOf(pid, home) && waited < LEFTOVER_MS; waited += POLL_MS)
      await setTimeout(POLL_MS);
  }
  rmSync(path, { force: true });
}

/** A process id is used again after a while: only one that was started over this folder is ours. */
function isNodeOf(pid: number, home: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return words.includes("start") && words.includes(home);
  } catch {
    return false;
  }
}

function pidFile(home: string): string {
  return join(home, "node.pid");
}

function nodeLog(home: string): string {
  return join(home, "node.log");
}

function rotated(path: string): string {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) renameSync(path, `${path}.1`);
  return path;
}
