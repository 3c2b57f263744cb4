import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryCommand } from "./runCommand.ts";

/** What a cluster could leave behind on its machine, as sorted lines by kind. */
export type HostState = Readonly<Record<string, readonly string[]>>;

const FILE = "host-before.json";
/** Settings of the whole machine that Kubernetes' programs like to change. */
const SETTINGS = [
  "kernel/panic",
  "kernel/panic_on_oops",
  "kernel/keys/root_maxkeys",
  "kernel/keys/root_maxbytes",
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "net/ipv4/ip_forward",
  "net/ipv4/conf/all/route_localnet",
  "net/bridge/bridge-nf-call-iptables",
  "net/netfilter/nf_conntrack_max",
  "fs/inotify/max_user_instances",
  "fs/inotify/max_user_watches",
];
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
      const { stdout } = await tryCommand(command, args);
      return [kind, linesOf(stdout)] as const;
    }),
  );
  return {
    ...Object.fromEntries(outputs),
    mounts: linesOf(readFileSync("/proc/self/mountinfo", "utf8")),
    settings: SETTINGS.map((name) => `${name} = ${readSetting(name)}`),
    folders: FOLDERS.filter((folder) => existsSync(folder)),
  };
}

/** Lines that came (+) and went (-). */
export function compareHostStates(before: HostState, after: HostState): readonly string[] {
  return Object.keys({ ...before, ...after }).flatMap((kind) => {
    const [old, now] = [before[kind] ?? [], after[kind] ?? []];
    return [
      ...now.filter((line) => !old.includes(line)).map((line) => `+ ${kind}: ${line}`),
      ...old.filter((line) => !now.includes(line)).map((line) => `- ${kind}: ${line}`),
    ];
  });
}

/** Counters of rules change by themselves, and so do remaining lifetimes. */
function linesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.replace(/\[\d+:\d+\]/, "").replaceAll(/(valid_lft|preferred_lft|expires) \S+/g, ""))
    .sort();
}

function readSetting(name: string): string {
  const path = join("/proc/sys", name);
  return existsSync(path) ? readFileSync(path, "utf8").trim() : "none";
}
