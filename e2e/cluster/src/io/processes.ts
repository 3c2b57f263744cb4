import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A process and when it began, which together name it for ever. */
export type ProcessId = { readonly pid: number; readonly startTicks: number };

export type ProcessFacts = ProcessId & { readonly parent: number; readonly state: string };

/** Undefined when there is none. */
export function readProcess(pid: number): ProcessFacts | undefined {
  const stat = readProc(pid, "stat");
  const [state = "", parent = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const startTicks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  if (startTicks === undefined) return undefined;
  return { pid, state, parent: Number(parent), startTicks: Number(startTicks) };
}

/** Whether it still runs; a zombie does not. */
export function isAlive({ pid, startTicks }: ProcessId): boolean {
  const now = readProcess(pid);
  return now !== undefined && now.startTicks === startTicks && now.state !== "Z";
}

/** All processes that this machine shows us. */
export function readProcesses(): readonly ProcessFacts[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0)
    .flatMap((pid) => readProcess(pid) ?? []);
}

/** The kernel's name of a namespace, for example `net:[4026531840]`; undefined when it cannot be read. */
export function namespaceOf(pid: number | "self", kind: "net" | "mnt" | "pid"): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return undefined;
  }
}

/** The name of its program, cut to 15 characters. */
export function commandOf(pid: number): string {
  return readProc(pid, "comm").trim();
}

/** Its arguments, joined. */
export function commandLineOf(pid: number): string {
  return readProc(pid, "cmdline").replaceAll("\0", " ").trim();
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
