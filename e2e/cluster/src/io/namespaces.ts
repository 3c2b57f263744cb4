import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { GanglionError } from "@ganglion/types";
import { commandOf, isAlive, type ProcessId, readProcess, readProcesses } from "./processes.ts";
import { type RunOptions, runCommand, tryCommand } from "./runCommand.ts";
import { waitUntil } from "./waitUntil.ts";

const NAMESPACES = ["--net", "--mount", "--pid", "--uts"];
const BORN_MS = 20_000;
const GONE_MS = 60_000;

/** The first process of a set of namespaces. While it lives, they do; when it is killed, all in them are. */
export type Space = ProcessId;

export type NewSpace = {
  /** The space it is made within: its processes end with that one too. */
  readonly within: Space | undefined;
  /** A shell script that runs first, as root of the new namespaces. */
  readonly script: string;
  /** The program that then holds them. */
  readonly pause: string;
  readonly log: string;
};

/** Makes network, mount, process and host-name namespaces. @throws GanglionError CLUSTER_TIMEOUT | CLUSTER_ENDED */
export async function createSpace(options: NewSpace): Promise<Space> {
  return await awaitSpace(launchSpace(options), options.log);
}

/**
 * Begins to make them and gives the process that does: to end it is to end them, so who notes it at once never loses
 * them. @throws GanglionError CLUSTER_ENDED
 */
export function launchSpace({ within, script, pause, log }: NewSpace): ProcessId {
  const unshare = [
    "unshare",
    ...NAMESPACES,
    "--fork",
    "--kill-child",
    "--mount-proc",
    "--propagation",
    "private",
  ];
  const shell = ["sh", "-euc", `${script}\nexec "$0"`, pause];
  const [command = "", ...args] = [...(within ? enter(within) : []), ...unshare, ...shell];
  const starter = readProcess(spawnDetached(command, args, log));
  if (starter === undefined) throw new GanglionError("CLUSTER_ENDED", `cannot make namespaces; see ${log}`);
  return { pid: starter.pid, startTicks: starter.startTicks };
}

/** The space that `launchSpace` began, once it stands. @throws GanglionError CLUSTER_TIMEOUT | CLUSTER_ENDED */
export async function awaitSpace(starter: ProcessId, log: string): Promise<Space> {
  let found: ProcessId | undefined;
  await waitUntil(
    () => {
      found = descendantsOf(starter.pid).find(({ pid }) => commandOf(pid) === "pause");
      if (found === undefined && !isAlive(starter))
        throw new GanglionError("CLUSTER_ENDED", `cannot make namespaces; see ${log}`);
      return found !== undefined;
    },
    { what: `namespaces (see ${log})`, withinMs: BORN_MS, pollMs: 20 },
  );
  if (found === undefined) throw new GanglionError("CLUSTER_ENDED", `cannot make namespaces; see ${log}`);
  return { pid: found.pid, startTicks: found.startTicks };
}

/** Starts a program in a space; it goes on when we end and ends with the space. */
export function startWithin(
  space: Space,
  program: { readonly command: string; readonly args: readonly string[]; readonly log: string },
): void {
  const [command = "", ...args] = [...enter(space), program.command, ...program.args];
  spawnDetached(command, args, program.log);
}

/** Runs a command in all of a space's namespaces. @throws GanglionError CLUSTER_COMMAND */
export function runWithin(
  space: Space,
  [command = "", ...args]: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const [first = "", ...rest] = [...enter(space), command, ...args];
  return runCommand(first, rest, options);
}

/** Runs `ip -batch` in a space's network; process ids are those of this machine. @throws GanglionError CLUSTER_COMMAND */
export async function runIp(space: Space, lines: readonly string[]): Promise<void> {
  await runCommand("nsenter", ["--target", String(space.pid), "--net", "ip", "-batch", "-"], {
    input: `${lines.join("\n")}\n`,
  });
}

/** As `runIp`, for what may be gone already. */
export async function tryIp(space: Space, lines: readonly string[]): Promise<void> {
  await tryCommand("nsenter", ["--target", String(space.pid), "--net", "ip", "-force", "-batch", "-"], {
    input: `${lines.join("\n")}\n`,
  });
}

/** Kills the first process, and by that all others, as a power cut does. @throws GanglionError CLUSTER_TIMEOUT */
export async function endSpace(space: Space): Promise<void> {
  if (!isAlive(space)) return;
  process.kill(space.pid, "SIGKILL");
  await waitUntil(() => !isAlive(space), {
    what: "end of a namespace",
    withinMs: GONE_MS,
  });
}

/** The command line that runs another one in a space. */
export function enter({ pid }: Space): readonly string[] {
  return ["nsenter", "--target", String(pid), "--net", "--mount", "--pid", "--uts", "--"];
}

function spawnDetached(command: string, args: readonly string[], log: string): number {
  const output = openSync(log, "a");
  const child = spawn(command, [...args], { detached: true, cwd: "/", stdio: ["ignore", output, output] });
  closeSync(output);
  child.on("error", () => undefined);
  child.unref();
  return child.pid ?? -1;
}

function descendantsOf(pid: number): readonly ProcessId[] {
  const all = readProcesses();
  const found = new Set([pid]);
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const each of all) if (found.has(each.parent)) found.add(each.pid);
  }
  return all.filter((each) => found.has(each.pid));
}
