import { resolve } from "node:path";
import { GanglionError } from "@ganglion/types";
import { hasCluster, readClusterState, standOf } from "../io/clusterFolder.ts";
import { isAlive } from "../io/processes.ts";
import { machineKubeconfig, startCluster } from "../startCluster.ts";
import { stopCluster } from "../stopCluster.ts";
import { type Command, type CommandInput, parseOptions } from "./command.ts";

const DEFAULTS = { nodes: "3", gpus: "4", port: "6443" };

/** The option that all commands share. */
export const DIR_OPTION = { dir: { type: "string", default: ".ganglion-cluster" } } as const;

/** `up [--dir D] [--nodes 3] [--gpus 4] [--port 6443]`: boots a cluster; one that runs stays as it is. */
export const up: Command = async (input) => {
  const { values } = parseOptions(input.args, {
    ...DIR_OPTION,
    nodes: { type: "string", default: DEFAULTS.nodes },
    gpus: { type: "string", default: DEFAULTS.gpus },
    port: { type: "string", default: DEFAULTS.port },
  });
  const dir = resolve(values.dir);
  if (await isRunning(dir, input)) return 0;
  const startedMs = performance.now();
  const say = (text: string): void =>
    input.say(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${text}`);
  await startCluster({
    dir,
    nodes: parseCount("--nodes", values.nodes),
    gpusPerNode: parseCount("--gpus", values.gpus),
    port: parseCount("--port", values.port),
    say,
  });
  say(`${values.nodes} nodes Ready, DNS answers`);
  input.print(`export KUBECONFIG=${machineKubeconfig(dir)}`);
  input.say(`in its network: e2e/cluster/bin/in-cluster ${values.dir} kubectl get nodes`);
  return 0;
};

/** A count on the command line. @throws GanglionError CLUSTER_USAGE */
export function parseCount(option: string, text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new GanglionError("CLUSTER_USAGE", `${option} takes a number, not "${text}"`);
}

async function isRunning(dir: string, { say, print }: CommandInput): Promise<boolean> {
  if (!hasCluster(dir)) return false;
  switch (standOf(readClusterState(dir), isAlive)) {
    case "running":
      say(`the cluster in ${dir} runs already`);
      print(`export KUBECONFIG=${machineKubeconfig(dir)}`);
      return true;
    case "booting":
      throw new GanglionError("CLUSTER_BOOTING", `another \`make cluster\` boots the cluster in ${dir}`);
    case "remains":
      say(`removing what a cluster in ${dir} left that ended by itself or was interrupted`);
      await stopCluster(dir, say);
      return false;
  }
}
