import { readdirSync, readFileSync } from "node:fs";

/** Living processes of a process group. */
export function processesOf(group: number): readonly number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && groupOf(pid) === group);
}

/** The words of a process's command line; none if it is gone. */
export function commandOf(pid: number): readonly string[] {
  return readProc(pid, "cmdline").split("\0").slice(0, -1);
}

/** Proportional memory of a process group, bytes: shared pages are counted once. */
export function memoryOf(group: number): number {
  return processesOf(group).reduce((sum, pid) => sum + memoryOfProcess(pid), 0);
}

/** Undefined for a process that is gone or dead but not yet reaped. */
function groupOf(pid: number): number | undefined {
  const stat = readProc(pid, "stat");
  const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === undefined || state === "Z" ? undefined : Number(group);
}

function memoryOfProcess(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readProc(pid, "smaps_rollup"))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
