import { GanglionError } from "@ganglion/types";
import type { NodePlan } from "./core/planCluster.ts";
import { type ClusterState, readClusterState, writeClusterState } from "./io/clusterFolder.ts";
import { clusterImages } from "./io/clusterImages.ts";
import { endSpace, runIp } from "./io/namespaces.ts";
import { startNode } from "./io/startNode.ts";
import { adminOf, awaitNode, planOf } from "./startCluster.ts";

/** What can happen to a real node. */
export const NODE_EVENTS = ["off", "on", "cut", "heal"] as const;
export type NodeEvent = (typeof NODE_EVENTS)[number];

/**
 * Powers a node off at once (its pods, mounts and network end without a word) or on again, unplugs its cable or
 * plugs it in. Returns when that is done; the cluster notices later, but `on` waits for Ready.
 * @throws GanglionError CLUSTER_USAGE | CLUSTER_TIMEOUT
 */
export async function changeNode(dir: string, name: string, event: NodeEvent): Promise<void> {
  const state = readClusterState(dir);
  const node = planOf(state).nodes.find((each) => each.name === name);
  if (node === undefined)
    throw new GanglionError(
      "CLUSTER_USAGE",
      `no node ${name}; there are ${Object.keys(state.nodes).join(", ")}`,
    );
  switch (event) {
    case "off":
      return await powerOff(dir, state, node);
    case "on":
      return await powerOn(dir, state, node);
    case "cut":
      return await runIp(state.space, [`link set ${node.link} down`]);
    case "heal":
      return await runIp(state.space, [`link set ${node.link} up`]);
  }
}

async function powerOff(dir: string, state: ClusterState, { name }: NodePlan): Promise<void> {
  const { [name]: space, ...others } = state.nodes;
  if (space === undefined) return;
  await endSpace(space);
  writeClusterState(dir, { ...state, nodes: others });
}

async function powerOn(dir: string, state: ClusterState, node: NodePlan): Promise<void> {
  if (state.nodes[node.name] !== undefined) return;
  const { bin, space, runc, cniPlugins } = state;
  const images = await clusterImages(bin);
  const tools = { runc, cniPlugins };
  const started = await startNode({ plan: planOf(state), dir, bin, tools, space, images }, node);
  writeClusterState(dir, { ...state, nodes: { ...state.nodes, [node.name]: started } });
  const admin = adminOf(dir, state);
  try {
    await awaitNode(admin, node.name, state.gpusPerNode);
  } finally {
    admin.close();
  }
}
