import { GanglionError } from "@ganglion/types";

/** A real node: a kubelet with namespaces of its own. */
export type NodePlan = {
  readonly name: string;
  /** From 1. */
  readonly index: number;
  readonly address: string;
  readonly podCidr: string;
  /** The end of its cable on the bridge's side; at most 15 characters. */
  readonly link: string;
  /** Below each hierarchy's root. */
  readonly cgroup: string;
};

/** Every address and name of one cluster. The same in all clusters: each has a network namespace of its own. */
export type ClusterPlan = {
  /** Tells cgroups of clusters apart. */
  readonly id: string;
  readonly bridge: string;
  /** Of the bridge: kube-apiserver listens there, and nodes reach test clients there. */
  readonly address: string;
  readonly prefixLength: number;
  readonly podCidr: string;
  readonly serviceCidr: string;
  /** The first address of serviceCidr: the Service `kubernetes`. */
  readonly apiserverService: string;
  readonly dnsService: string;
  readonly nodes: readonly NodePlan[];
};

/** Addresses of 10.250.0.0/24 from .11 on; more nodes than this no machine carries. */
const MOST_NODES = 32;
const FIRST_HOST = 10;

/** @param id of the cluster, lower-case letters and digits @throws GanglionError CLUSTER_USAGE */
export function planCluster(id: string, nodes: number): ClusterPlan {
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > MOST_NODES)
    throw new GanglionError("CLUSTER_USAGE", `a cluster has 1 to ${MOST_NODES} real nodes, not ${nodes}`);
  return {
    id,
    bridge: "cluster0",
    address: "10.250.0.1",
    prefixLength: 24,
    podCidr: "10.244.0.0/16",
    serviceCidr: "10.96.0.0/16",
    apiserverService: "10.96.0.1",
    dnsService: "10.96.0.10",
    nodes: Array.from({ length: nodes }, (_, at) => planNode(id, at + 1)),
  };
}

/**
 * Lines for `ip -batch` that make the bridge in the cluster's namespace. Service addresses get a route only so that
 * the kernel lets packets to them set out; kube-proxy's rules then change where they go.
 */
export function bridgeCommands(plan: ClusterPlan): readonly string[] {
  const { bridge, address, prefixLength, nodes } = plan;
  return [
    "link set lo up",
    `link add ${bridge} type bridge`,
    `addr add ${address}/${prefixLength} dev ${bridge}`,
    `link set ${bridge} up`,
    `route add ${plan.serviceCidr} dev ${bridge}`,
    ...nodes.map((node) => `route add ${node.podCidr} via ${node.address} dev ${bridge}`),
  ];
}

/** Lines for `ip -batch` in the cluster's namespace that plug in a node whose first process is `pid`. */
export function cableCommands({ bridge }: ClusterPlan, { link }: NodePlan, pid: number): readonly string[] {
  return [`link add ${link} type veth peer name eth0 netns ${pid}`, `link set ${link} master ${bridge} up`];
}

/** Lines for `ip -batch` in a node's namespace. */
export function nodeCommands(plan: ClusterPlan, node: NodePlan): readonly string[] {
  const others = plan.nodes.filter(({ index }) => index !== node.index);
  return [
    "link set lo up",
    `addr add ${node.address}/${plan.prefixLength} dev eth0`,
    "link set eth0 up",
    `route add default via ${plan.address}`,
    ...others.map((other) => `route add ${other.podCidr} via ${other.address} dev eth0`),
  ];
}

function planNode(id: string, index: number): NodePlan {
  const name = `real-${index}`;
  return {
    name,
    index,
    address: `10.250.0.${FIRST_HOST + index}`,
    podCidr: `10.244.${index}.0/24`,
    link: `cable${index}`,
    cgroup: `/ganglion-${id}/${name}`,
  };
}
