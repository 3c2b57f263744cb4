import { spawn } from "node:child_process";
import { GanglionError } from "@ganglion/types";

/** How a command is run to its end. */
export type RunOptions = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** For its standard input. */
  readonly input?: string;
  /** It is killed after this time. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
};

/** What a command left behind. */
export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

const DEADLINE_MS = 60_000;
const SHOWN_CHARACTERS = 2_000;

/** Runs a command to its end, whatever its exit code. @throws GanglionError CLUSTER_COMMAND when it cannot start */
export function tryCommand(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { cwd, env, input = "", deadlineMs = DEADLINE_MS, signal } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      stdio: ["pipe", "pipe", "pipe"],
      timeout: deadlineMs,
      killSignal: "SIGKILL",
      ...(cwd !== undefined && { cwd }),
      ...(env !== undefined && { env }),
      ...(signal !== undefined && { signal }),
    });
    const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    child.stdout.on("data", (chunk: Buffer) => chunks.stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.stderr.push(chunk));
    // A command that ends without reading its input closes the pipe; its exit code tells what matters.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    child.once("error", (cause) =>
      reject(new GanglionError("CLUSTER_COMMAND", `cannot run ${command}: is it installed?`, {}, { cause })),
    );
    child.once("close", (code, killedBy) =>
      resolve({
        code: code ?? 1,
        stdout: Buffer.concat(chunks.stdout).toString("utf8"),
        stderr: `${Buffer.concat(chunks.stderr).toString("utf8")}${killedBy ? `ended by ${killedBy}` : ""}`,
      }),
    );
  });
}

/** Runs a command that must succeed and gives its standard output. @throws GanglionError CLUSTER_COMMAND */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await tryCommand(command, args, options);
  if (code === 0) return stdout;
  const said = (stderr.trim() || stdout.trim()).slice(-SHOWN_CHARACTERS);
  throw new GanglionError("CLUSTER_COMMAND", `${command} ${args.join(" ").slice(0, 200)} failed: ${said}`, {
    code,
  });
}
