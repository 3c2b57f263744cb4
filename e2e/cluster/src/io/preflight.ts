import { accessSync, constants, existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { GanglionError } from "@ganglion/types";

/** Tools of the machine that nodes use. */
export type MachineTools = { readonly runc: string; readonly cniPlugins: string };

const SYSTEM_PATH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
const COMMANDS = [
  "ip",
  "nsenter",
  "unshare",
  "mount",
  "setpriv",
  "flock",
  "openssl",
  "tar",
  "iptables",
  "runc",
];
const CNI_FOLDERS = ["/usr/lib/cni", "/opt/cni/bin"];
const CNI_PLUGINS = ["bridge", "host-local", "loopback", "portmap"];
/** A node has its own of these, which hide what lies in the machine's. */
const HIDDEN = ["/run", "/var/run", "/var/lib", "/var/log", "/proc", "/sys"];

const INSTALL =
  "on Debian: apt-get install --no-install-recommends runc containernetworking-plugins iptables conntrack iproute2 util-linux openssl";

/** Finds what real nodes need on this machine, or says all that is missing at once. @throws GanglionError CLUSTER_MACHINE */
export function checkMachine(folders: readonly string[]): MachineTools {
  const cniPlugins = CNI_FOLDERS.find((folder) =>
    CNI_PLUGINS.every((name) => existsSync(join(folder, name))),
  );
  const missing = [
    ...(process.getuid?.() === 0 ? [] : ["root: namespaces, mounts and cgroups need it"]),
    ...COMMANDS.filter((name) => findCommand(name) === undefined).map(
      (name) => `the command ${name} (${INSTALL})`,
    ),
    ...(cniPlugins === undefined ? [`the CNI plugins ${CNI_PLUGINS.join(", ")} (${INSTALL})`] : []),
    ...(readFileSync("/proc/filesystems", "utf8").includes("\toverlay\n")
      ? []
      : ["the overlay file system (modprobe overlay)"]),
    ...(existsSync("/proc/sys/net/bridge") ? [] : ["bridge filtering (modprobe br_netfilter)"]),
    ...folders
      .filter(isHidden)
      .map((folder) => `${folder}: a folder that nodes see too, not below ${HIDDEN.join(" ")}`),
  ];
  if (missing.length > 0 || cniPlugins === undefined)
    throw new GanglionError("CLUSTER_MACHINE", `this machine lacks:\n- ${missing.join("\n- ")}`);
  return { runc: findCommand("runc") ?? "runc", cniPlugins: realpathSync(cniPlugins) };
}

/** The path of a command, looked up as root's shell would. */
export function findCommand(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...SYSTEM_PATH];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isHidden(folder: string): boolean {
  return HIDDEN.some((hidden) => folder === hidden || folder.startsWith(`${hidden}/`));
}
