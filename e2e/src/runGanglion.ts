import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const COMMAND = fileURLToPath(new URL("../../services/cli/bin/ganglion.mjs", import.meta.url));
/** A command that takes longer is stuck. */
const LONGEST_MS = 120_000;

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type RunOptions = {
  readonly cwd?: string;
  /** For its standard input. */
  readonly input?: string;
  /** A shell command line that stands before it, for example one that sets a limit and ends in `exec`. */
  readonly before?: string;
};

/** Runs one `ganglion` command to its end. */
export function runGanglion(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const command = [process.execPath, COMMAND, ...args];
  const [program = "", ...rest] =
    options.before === undefined ? command : ["bash", "-c", `${options.before} "$@"`, "bash", ...command];
  return new Promise((resolve) => {
    const child = spawn(program, rest, {
      stdio: ["pipe", "pipe", "pipe"],
      timeout: LONGEST_MS,
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => {
      stdout += String(chunk);
    });
    child.stderr.on("data", (chunk) => {
      stderr += String(chunk);
    });
    child.stdin.end(options.input ?? "");
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}
