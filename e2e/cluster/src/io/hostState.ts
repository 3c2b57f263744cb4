import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryCommand } from "./runCommand.ts";

/** What a cluster could leave behind on its machine, as sorted lines by kind. */
export type HostState = Readonly<Record<string, readonly string[]>>;

const FILE = "host-before.json";
const OWNER_READS = 0o400;
const SETTINGS = "/proc/sys";
/** Below it: what counts and changes by itself, and what does something when it is read. */
const NO_SETTINGS =
  /^(fs\/(\w+-(state|nr)|quota|binfmt_misc)|kernel\/(random|ns_last_pid|pty\/nr|perf_event_max_sample_rate|sched_domain)|net\/netfilter\/nf_conntrack_count|vm\/stat_refresh)/;
/** Folders that these programs make when they may. */
const FOLDERS = [
  "/etc/cni",
  "/etc/containerd",
  "/etc/kubernetes",
  "/opt/cni",
  "/opt/containerd",
  "/run/containerd",
  "/run/flannel",
  "/run/kubernetes",
  "/run/netns",
  "/run/nri",
  "/run/runc",
  "/run/xtables.lock",
  "/usr/libexec/kubernetes",
  "/var/lib/calico",
  "/var/lib/cni",
  "/var/lib/containerd",
  "/var/lib/dockershim",
  "/var/lib/kube-proxy",
  "/var/lib/kubelet",
  "/var/log/containers",
  "/var/log/pods",
];
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  links: ["ip", "-oneline", "link", "show"],
  addresses: ["ip", "-oneline", "address", "show"],
  routes: ["ip", "route", "show", "table", "all"],
  policies: ["ip", "rule", "show"],
  "named namespaces": ["ip", "netns", "list"],
  "iptables rules": ["iptables-save"],
  "ip6tables rules": ["ip6tables-save"],
};

/** Notes the machine's state below a cluster's folder, to compare it when the cluster is gone. */
export async function saveHostState(dir: string): Promise<void> {
  writeFileSync(join(dir, FILE), JSON.stringify(await readHostState()));
}

/** What was noted; undefined when nothing was. */
export function readSavedHostState(dir: string): HostState | undefined {
  const path = join(dir, FILE);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as HostState) : undefined;
}

/** Reads mounts, links, routes, rules, settings and folders of the machine itself. */
export async function readHostState(): Promise<HostState> {
  const outputs = await Promise.all(
    Object.entries(COMMANDS).map(async ([kind, [command = "", ...args]]) => {
      return [kind, linesOf(await outputOf(command, args))] as const;
    }),
  );
  return {
    ...Object.fromEntries(outputs),
    mounts: linesOf(readFileSync("/proc/self/mountinfo", "utf8")),
    settings: readSettings(),
    folders: FOLDERS.filter((folder) => existsSync(folder)),
  };
}

/** Nothing where the program is not installed: a machine without iptables has no rules of a cluster to compare. */
async function outputOf(command: string, args: readonly string[]): Promise<string> {
  try {
    return (await tryCommand(command, args)).stdout;
  } catch (error) {
    if (error instanceof Error && isMissing(error.cause)) return "";
    throw error;
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}

/**
 * Lines that came (+) and went (-). Of settings only those that there were both times: a kernel module that
 * was loaded on demand brings its own.
 */
export function compareHostStates(before: HostState, after: HostState): readonly string[] {
  return Object.keys({ ...before, ...after }).flatMap((kind) => {
    const [old, now] = [before[kind] ?? [], after[kind] ?? []];
    const [oldNames, newNames] = [new Set(old.map(nameOf)), new Set(now.map(nameOf))];
    const counts = (line: string): boolean =>
      kind !== "settings" || (oldNames.has(nameOf(line)) && newNames.has(nameOf(line)));
    return [
      ...now.filter((line) => !old.includes(line) && counts(line)).map((line) => `+ ${kind}: ${line}`),
      ...old.filter((line) => !now.includes(line) && counts(line)).map((line) => `- ${kind}: ${line}`),
    ];
  });
}

function nameOf(setting: string): string {
  return setting.split(" = ", 1)[0] ?? "";
}

/** Counters of rules change by themselves, and so do remaining lifetimes. */
function linesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.replace(/\[\d+:\d+\]/, "").replaceAll(/(valid_lft|preferred_lft|expires) \S+/g, ""))
    .sort();
}

/** All that can be read below /proc/sys, by their paths. */
function readSettings(): readonly string[] {
  return readdirSync(SETTINGS, { recursive: true, encoding: "utf8" })
    .filter((name) => !NO_SETTINGS.test(name))
    .flatMap((name) => readSetting(name))
    .sort();
}

function readSetting(name: string): readonly string[] {
  const path = join(SETTINGS, name);
  const facts = statSync(path, { throwIfNoEntry: false });
  if (!facts?.isFile() || (facts.mode & OWNER_READS) === 0) return [];
  try {
    return [`${name} = ${readFileSync(path, "utf8").trim()}`];
  } catch {
    // Some can be read in the first namespaces only, some with an address of their device only.
    return [];
  }
}
