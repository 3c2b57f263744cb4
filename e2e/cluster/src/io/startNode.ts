import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CONTAINERD_SOCKET, nodeFiles } from "../core/nodeFiles.ts";
import { type ClusterPlan, cableCommands, type NodePlan, nodeCommands } from "../core/planCluster.ts";
import { createCgroup } from "./cgroups.ts";
import { createSpace, runIp, runWithin, type Space, startWithin, tryIp } from "./namespaces.ts";
import type { MachineTools } from "./preflight.ts";
import { waitUntil } from "./waitUntil.ts";

/** What the nodes of one cluster share. */
export type NodeModules = {
  readonly plan: ClusterPlan;
  /** The cluster's folder. */
  readonly dir: string;
  readonly bin: string;
  readonly tools: MachineTools;
  /** The cluster's own namespaces. */
  readonly space: Space;
  /** Image archives that every node has from the start. */
  readonly images: readonly string[];
};

/** Settings that a kubelet demands, all of the whole machine: it is shown files of its own instead. */
const KERNEL_SETTINGS = {
  "vm/overcommit_memory": "1",
  "vm/panic_on_oom": "0",
  "kernel/panic": "10",
  "kernel/panic_on_oops": "1",
  "kernel/keys/root_maxkeys": "1000000",
  "kernel/keys/root_maxbytes": "25000000",
};
const CONTAINERD_MS = 60_000;
const IMPORT_MS = 300_000;

/** Plugs in and starts one real node: containerd, kubelet and kube-proxy. It is not Ready yet. */
export async function startNode(modules: NodeModules, node: NodePlan): Promise<Space> {
  const { plan, dir, bin, tools } = modules;
  const folder = join(dir, "nodes", node.name);
  const paths = { pki: join(dir, "pki"), folder, ...tools };
  for (const [name, content] of Object.entries(nodeFiles(plan, node, paths))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  for (const name of ["lib/kubelet", "log"]) mkdirSync(join(folder, name), { recursive: true });
  createCgroup(node.cgroup);
  const log = (name: string): string => join(dir, "logs", `${node.name}-${name}.log`);
  const space = await createSpace({
    within: modules.space,
    script: nodeScript(folder, node),
    pause: join(bin, "pause"),
    log: log("space"),
  });
  await tryIp(modules.space, [`link del ${node.link}`]);
  await runIp(modules.space, cableCommands(plan, node, space.pid));
  await runIp(space, nodeCommands(plan, node));
  const start = (name: string, args: readonly string[]): void =>
    startWithin(space, { command: "env", args: [`PATH=${pathOf(bin)}`, name, ...args], log: log(name) });
  start("containerd", ["--config", join(folder, "containerd.toml")]);
  await waitUntil(() => runWithin(space, ctr(bin, "version")).then(() => true), {
    what: `containerd of ${node.name} (see ${log("containerd")})`,
    withinMs: CONTAINERD_MS,
  });
  await importImages(space, bin, modules.images);
  start("kubelet", [
    `--config=${join(folder, "kubelet.yaml")}`,
    `--kubeconfig=${join(paths.pki, `kubelet-${node.name}.kubeconfig`)}`,
    `--hostname-override=${node.name}`,
    `--node-ip=${node.address}`,
  ]);
  start("kube-proxy", [`--config=${join(folder, "kube-proxy.yaml")}`]);
  return space;
}

/** Gives a node image archives; those it has already cost little. @throws GanglionError CLUSTER_COMMAND */
export async function importImages(space: Space, bin: string, archives: readonly string[]): Promise<void> {
  for (const archive of archives)
    await runWithin(space, ctr(bin, "--namespace", "k8s.io", "images", "import", "--local", archive), {
      deadlineMs: IMPORT_MS,
    });
}

/** The PATH of programs in namespaces: containerd finds its shim there. */
function pathOf(bin: string): string {
  return `${bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
}

function ctr(bin: string, ...args: readonly string[]): readonly string[] {
  return [join(bin, "ctr"), "--address", CONTAINERD_SOCKET, ...args];
}

function nodeScript(folder: string, node: NodePlan): string {
  const settings = Object.entries(KERNEL_SETTINGS).flatMap(([name, value]) => {
    const file = `/run/kernel/${name.replaceAll("/", ".")}`;
    return [`echo ${value} > ${file}`, `mount --bind ${file} /proc/sys/${name}`];
  });
  return [
    "mount --make-rshared /",
    `mount --bind '${folder}/lib' /var/lib`,
    `mount --bind '${folder}/log' /var/log`,
    "mount -t tmpfs -o mode=755 tmpfs /run",
    "mkdir -p /run/kernel /run/netns",
    ...settings,
    `echo ${node.name} > /proc/sys/kernel/hostname`,
    "echo 1 > /proc/sys/net/ipv4/ip_forward",
    "echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables",
  ].join("\n");
}
