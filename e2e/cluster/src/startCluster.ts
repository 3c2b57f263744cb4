import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GanglionError } from "@ganglion/types";
import { planControlPlaneCertificates, planNodeCertificate } from "./core/certificatePlan.ts";
import { PROGRAMS } from "./core/components.ts";
import {
  type ControlPlanePlan,
  type ControlPlaneProgram,
  controlPlaneArguments,
  USUAL_PORTS,
} from "./core/controlPlaneArguments.ts";
import { kubeProxyConfig } from "./core/nodeFiles.ts";
import { bridgeCommands, type ClusterPlan, planCluster } from "./core/planCluster.ts";
import { AdminClient } from "./io/adminClient.ts";
import { buildPrograms, HARNESS } from "./io/build.ts";
import { type ClusterState, clusterId, writeClusterState } from "./io/clusterFolder.ts";
import { clusterImages } from "./io/clusterImages.ts";
import { saveHostState } from "./io/hostState.ts";
import { awaitSpace, launchSpace, runIp, type Space, startWithin } from "./io/namespaces.ts";
import { checkMachine } from "./io/preflight.ts";
import { readProcess } from "./io/processes.ts";
import { runCommand } from "./io/runCommand.ts";
import { startForwarder } from "./io/startForwarder.ts";
import { type NodeModules, startNode } from "./io/startNode.ts";
import { waitUntil } from "./io/waitUntil.ts";
import { writeCertificates, writeKubeconfig, writeKubeconfigs } from "./io/writeCertificates.ts";

export type ClusterOptions = {
  /** Holds all the cluster's state; absolute. */
  readonly dir: string;
  readonly nodes: number;
  /** nvidia.com/gpu that each real node says it has; no device stands behind them. */
  readonly gpusPerNode: number;
  /** Of 127.0.0.1, for the apiserver; another is taken if it is in use. */
  readonly port: number;
  readonly say: (text: string) => void;
};

const READY_MS = 180_000;
const BRIDGED = [
  "mount -t tmpfs -o mode=755 tmpfs /run",
  "echo 1 > /proc/sys/net/ipv4/ip_forward",
  "echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables",
].join("\n");

/**
 * Builds what is missing and boots a cluster in namespaces of its own; it goes on when this process ends.
 * @throws GanglionError CLUSTER_MACHINE | CLUSTER_TIMEOUT | CLUSTER_COMMAND; what runs by then, `stopCluster` ends
 */
export async function startCluster(options: ClusterOptions): Promise<ClusterState> {
  const { dir, say } = options;
  const bin = await buildPrograms({ programs: PROGRAMS, say });
  const tools = checkMachine([dir, bin]);
  const images = await clusterImages(bin);
  const plan = planCluster(clusterId(dir), options.nodes);
  mkdirSync(join(dir, "logs"), { recursive: true });
  await saveHostState(dir);
  const booting = launchCluster(options, { bin, tools, plan });
  const space = await awaitSpace(booting.space, spaceLog(dir));
  writeClusterState(dir, { ...booting, space });
  await runIp(space, bridgeCommands(plan));
  await preparePki(dir, plan);
  const modules: NodeModules = { plan, dir, bin, tools, space, images };
  const [port, spaces] = await Promise.all([
    startControlPlaneWithin(modules, options),
    Promise.all(plan.nodes.map((node) => startNode(modules, node))),
  ]);
  const nodes = Object.fromEntries(plan.nodes.map(({ name }, index) => [name, spaces[index] ?? space]));
  const started = { ...booting, space, port, nodes };
  writeClusterState(dir, started);
  await settle(dir, started);
  const { bootedBy, ...booted } = started;
  writeClusterState(dir, booted);
  return booted;
}

/** The kubeconfig for programs of the machine itself. */
export function machineKubeconfig(dir: string): string {
  return join(dir, "kubeconfig");
}

/** The plan that a running cluster was made from. */
export function planOf({ id, nodeCount }: ClusterState): ClusterPlan {
  return planCluster(id, nodeCount);
}

/** The cluster's administrator, from the machine. */
export function adminOf(dir: string, { port }: Pick<ClusterState, "port">): AdminClient {
  return new AdminClient(join(dir, "pki"), `https://127.0.0.1:${port}`);
}

/** Waits until a node is Ready and says that it has its GPUs. @throws GanglionError CLUSTER_TIMEOUT */
export async function awaitNode(admin: AdminClient, name: string, gpus: number): Promise<void> {
  const isReady = async (): Promise<boolean> => {
    const { status, body } = await admin.get(`/api/v1/nodes/${name}`);
    if (status !== 200) return false;
    return /"type":"Ready","status":"True"/.test(body.replaceAll(/\s/g, ""));
  };
  await waitUntil(isReady, { what: `Ready node ${name}`, withinMs: READY_MS });
  const patch = [{ op: "add", path: "/status/capacity/nvidia.com~1gpu", value: String(gpus) }];
  const type = "application/json-patch+json";
  const { status, body } = await admin.call("PATCH", `/api/v1/nodes/${name}/status`, patch, type);
  if (status !== 200)
    throw new GanglionError("CLUSTER_REFUSED", `cannot give ${name} its GPUs: ${body.slice(0, 300)}`);
}

/** Starts a program of the control plane in the cluster's namespaces. */
export function startControlPlaneProgram(
  { plan, dir, bin, space }: Pick<NodeModules, "plan" | "dir" | "bin" | "space">,
  name: ControlPlaneProgram,
): void {
  const controlPlane: ControlPlanePlan = {
    address: plan.address,
    ports: USUAL_PORTS,
    pki: join(dir, "pki"),
    etcdData: join(dir, "etcd"),
    serviceCidr: plan.serviceCidr,
    hasControllerManager: true,
  };
  const args = controlPlaneArguments(name, controlPlane);
  startWithin(space, { command: join(bin, name), args, log: join(dir, "logs", `${name}.log`) });
}

/** Begins the cluster's namespaces and notes them at once: from here on `down` ends whatever an interruption leaves. */
function launchCluster(
  { dir, nodes: nodeCount, gpusPerNode }: ClusterOptions,
  { bin, tools, plan }: Pick<NodeModules, "bin" | "tools" | "plan">,
): ClusterState {
  const space = launchSpace({
    within: undefined,
    script: BRIDGED,
    pause: join(bin, "pause"),
    log: spaceLog(dir),
  });
  const bootedBy = readProcess(process.pid);
  const state: ClusterState = {
    ...tools,
    id: plan.id,
    bin,
    nodeCount,
    gpusPerNode,
    port: 0,
    space,
    ...(bootedBy && { bootedBy }),
    nodes: {},
    hasKwok: false,
  };
  writeClusterState(dir, state);
  return state;
}

function spaceLog(dir: string): string {
  return join(dir, "logs", "space.log");
}

async function preparePki(dir: string, plan: ClusterPlan): Promise<void> {
  const pki = join(dir, "pki");
  const addresses = ["127.0.0.1", plan.address, plan.apiserverService];
  await writeCertificates(pki, [
    ...planControlPlaneCertificates({ addresses }),
    ...plan.nodes.map(planNodeCertificate),
  ]);
  const server = `https://${plan.address}:${USUAL_PORTS.apiserver}`;
  writeKubeconfigs(
    pki,
    server,
    plan.nodes.map(({ name }) => name),
  );
}

async function startControlPlaneWithin(modules: NodeModules, { port, say }: ClusterOptions): Promise<number> {
  const { plan, dir, space } = modules;
  startControlPlaneProgram(modules, "etcd");
  startControlPlaneProgram(modules, "kube-apiserver");
  const taken = await startForwarder({
    space,
    host: plan.address,
    port: USUAL_PORTS.apiserver,
    log: join(dir, "logs", "forwarder.log"),
    preferredPort: port,
  });
  const pki = join(dir, "pki");
  writeKubeconfig(machineKubeconfig(dir), { pki, name: "admin", server: `https://127.0.0.1:${taken}` });
  const admin = adminOf(dir, { port: taken });
  try {
    await waitUntil(() => admin.has("/readyz"), {
      what: `kube-apiserver (see ${dir}/logs)`,
      withinMs: READY_MS,
    });
  } finally {
    admin.close();
  }
  say("kube-apiserver is ready");
  startControlPlaneProgram(modules, "kube-controller-manager");
  startControlPlaneProgram(modules, "kube-scheduler");
  startServiceProxy(plan, dir, space, modules.bin);
  return taken;
}

/** So that test clients, and the apiserver when it calls webhooks, reach Services too. */
function startServiceProxy(plan: ClusterPlan, dir: string, space: Space, bin: string): void {
  const config = join(dir, "kube-proxy.yaml");
  const name = plan.nodes[0]?.name ?? "";
  writeFileSync(config, JSON.stringify(kubeProxyConfig(plan, name, plan.address, join(dir, "pki"))));
  startWithin(space, {
    command: join(bin, "kube-proxy"),
    args: [`--config=${config}`],
    log: join(dir, "logs", "kube-proxy.log"),
  });
}

async function settle(dir: string, state: ClusterState): Promise<void> {
  const admin = adminOf(dir, state);
  const kubectl = (...args: readonly string[]): Promise<string> =>
    runCommand(join(state.bin, "kubectl"), [`--kubeconfig=${machineKubeconfig(dir)}`, ...args], {
      deadlineMs: READY_MS,
    });
  try {
    await kubectl("apply", "-f", join(HARNESS, "manifests", "coredns.yaml"));
    await Promise.all(planOf(state).nodes.map(({ name }) => awaitNode(admin, name, state.gpusPerNode)));
    await kubectl("-n", "kube-system", "rollout", "status", "deployment/coredns", "--timeout=180s");
  } finally {
    admin.close();
  }
}
