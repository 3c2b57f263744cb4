import type { ClusterPlan, NodePlan } from "./planCluster.ts";

/** Paths that a node's programs are told. */
export type NodePaths = {
  /** Certificates and kubeconfigs. */
  readonly pki: string;
  /** The node's own folder. */
  readonly folder: string;
  /** Programs of the container network interface. */
  readonly cniPlugins: string;
  readonly runc: string;
};

/** Sockets live in the node's own /run, where no path is too long. */
export const CONTAINERD_SOCKET = "/run/containerd/containerd.sock";
export const PAUSE_IMAGE = "ganglion.dev/cluster/pause:1";

/** What a node's programs read: file name below the node's folder -> content. */
export function nodeFiles(
  plan: ClusterPlan,
  node: NodePlan,
  paths: NodePaths,
): Readonly<Record<string, string>> {
  return {
    "containerd.toml": containerdConfig(paths),
    "cni/10-ganglion.conflist": json(cniConfig(node)),
    "kubelet.yaml": json(kubeletConfig(plan, node, paths)),
    "kube-proxy.yaml": json(kubeProxyConfig(plan, node.name, node.address, paths.pki)),
    // Pods must not learn the machine's own name servers, which they cannot reach.
    "resolv.conf": "",
  };
}

/** The lines that matter are those a machine without systemd and with version 1 of cgroups needs. */
function kubeletConfig(plan: ClusterPlan, node: NodePlan, { pki, folder }: NodePaths): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: node.address,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: `${pki}/ca.crt` },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: `${pki}/kubelet-${node.name}.crt`,
    tlsPrivateKeyFile: `${pki}/kubelet-${node.name}.key`,
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    failCgroupV1: false,
    cgroupDriver: "cgroupfs",
    // Kubelets that share a root would end each other's pods as orphans.
    cgroupRoot: node.cgroup,
    cgroupsPerQOS: true,
    enforceNodeAllocatable: ["pods"],
    // Below zero needs CAP_SYS_RESOURCE, which root of a container may lack.
    oomScoreAdj: 0,
    failSwapOn: false,
    // The values it wants are put in its way (see startNode): it must not change the machine's.
    protectKernelDefaults: true,
    clusterDomain: "cluster.local",
    clusterDNS: [plan.dnsService],
    resolvConf: `${folder}/resolv.conf`,
    nodeStatusUpdateFrequency: "5s",
    nodeStatusReportFrequency: "5s",
    imageGCHighThresholdPercent: 100,
    evictionHard: { "memory.available": "100Mi" },
    serializeImagePulls: false,
    maxPods: 110,
    staticPodPath: "",
    // Made if missing, and by default below the machine's /usr.
    volumePluginDir: "/var/lib/kubelet/volume-plugins",
  };
}

/** @param node whose Endpoints count as local */
export function kubeProxyConfig(plan: ClusterPlan, node: string, address: string, pki: string): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    bindAddress: address,
    metricsBindAddress: "127.0.0.1:10249",
    healthzBindAddress: "127.0.0.1:10256",
    clientConnection: { kubeconfig: `${pki}/kube-proxy.kubeconfig` },
    clusterCIDR: plan.podCidr,
    hostnameOverride: node,
    mode: "iptables",
    // These are settings of the whole machine: leave them.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    oomScoreAdj: 0,
  };
}

/** No masquerading: every address of the cluster is routed in its namespace, and there is nothing beyond. */
function cniConfig(node: NodePlan): object {
  return {
    cniVersion: "1.0.0",
    name: "ganglion",
    plugins: [
      {
        type: "bridge",
        bridge: "pods0",
        isGateway: true,
        ipMasq: false,
        hairpinMode: true,
        ipam: { type: "host-local", ranges: [[{ subnet: node.podCidr }]], routes: [{ dst: "0.0.0.0/0" }] },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
}

function containerdConfig({ folder, cniPlugins, runc }: NodePaths): string {
  return `version = 3
root = "/var/lib/containerd"
state = "/run/containerd/state"
[grpc]
  address = "${CONTAINERD_SOCKET}"
[plugins.'io.containerd.internal.v1.opt']
  path = "/var/lib/containerd/opt"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "${PAUSE_IMAGE}"
[plugins.'io.containerd.cri.v1.runtime']
  # Without CAP_SYS_RESOURCE a sandbox's negative oom_score_adj cannot be set.
  restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["${cniPlugins}"]
  conf_dir = "${folder}/cni"
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
    BinaryName = "${runc}"
    SystemdCgroup = false
`;
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
