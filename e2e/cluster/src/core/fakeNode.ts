/** A node that KWOK plays: eight GPUs, its pods are Running at once. */
export function fakeNode(index: number): object {
  const name = fakeNodeName(index);
  const resources = { cpu: "96", memory: "1Ti", pods: "110", "nvidia.com/gpu": "8" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        type: "kwok",
        "kubernetes.io/hostname": name,
        "topology.kubernetes.io/zone": `zone-${index % 4}`,
      },
    },
    spec: { taints: [{ key: "kwok.x-k8s.io/node", value: "fake", effect: "NoSchedule" }] },
    status: { capacity: resources, allocatable: resources },
  };
}

/** fake-0000 and so on. */
export function fakeNodeName(index: number): string {
  return `fake-${String(index).padStart(4, "0")}`;
}
