import { readdirSync, readFileSync } from "node:fs";

/** CPU seconds and resident megabytes of a program. */
export type Usage = { readonly cpuSeconds: number; readonly rssMb: number };

const TICKS_A_SECOND = 100;
const PAGE_KB = 4;
/** Of /proc/PID/stat, counted after the name in parentheses. */
const FIELD = { parent: 1, userTicks: 11, systemTicks: 12, rssPages: 21 };

/** What each child of a process used so far, by program name (the kernel keeps 15 characters of it). */
export function usageOfChildren(parent: number): ReadonlyMap<string, Usage> {
  const usages = new Map<string, Usage>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const stat = readStat(Number(entry));
    if (stat !== undefined && stat.parent === parent) usages.set(stat.name, stat.usage);
  }
  return usages;
}

/** What a process used so far; zeros when it has ended. */
export function usageOf(pid: number): Usage {
  return readStat(pid)?.usage ?? { cpuSeconds: 0, rssMb: 0 };
}

function readStat(
  pid: number,
): { readonly name: string; readonly parent: number; readonly usage: Usage } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  const close = text.lastIndexOf(")");
  const fields = text
    .slice(close + 2)
    .split(" ")
    .map(Number);
  const at = (index: number): number => fields[index] ?? 0;
  return {
    name: text.slice(text.indexOf("(") + 1, close),
    parent: at(FIELD.parent),
    usage: {
      cpuSeconds: (at(FIELD.userTicks) + at(FIELD.systemTicks)) / TICKS_A_SECOND,
      rssMb: (at(FIELD.rssPages) * PAGE_KB) / 1_024,
    },
  };
}
