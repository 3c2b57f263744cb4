import { eventually, inParallel } from "../contract/eventually.ts";
import type { RawApi } from "../contract/rawApi.ts";
import { isJsonArray, isJsonObject, type JsonObject, objectAt, textAt } from "../fakeApiServer/json.ts";

const GPUS_A_NODE = 8;
const READY_MS = 120_000;

/** Creates fake GPU nodes, which KWOK keeps, and waits until all are Ready. */
export async function createNodes(raw: RawApi, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `fake-${String(index).padStart(3, "0")}`);
  await inParallel(names, 16, (name) => raw.must(raw.post("/api/v1/nodes", nodeManifest(name))));
  await eventually("all nodes are ready", async () => (await countReady(raw)) === count, READY_MS);
}

/** What both fleets ask of a pod. */
const PLACEMENT = {
  nodeSelector: { type: "kwok" },
  tolerations: [{ key: "kwok.x-k8s.io/node", operator: "Exists" }],
};

export function toyManifest(name: string, replicas: number, gpus: number): JsonObject {
  const image = "bench.test/none:1";
  return {
    apiVersion: "example.com/v1",
    kind: "Toy",
    metadata: { name },
    spec: { replicas, image, gpus, ...(gpus > 0 && PLACEMENT) },
  };
}

/** The same pods as the toy's, owned by a ReplicaSet. */
export function replicaSetManifest(name: string, replicas: number): JsonObject {
  const limits = { "nvidia.com/gpu": 1 };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 5,
          ...PLACEMENT,
          containers: [{ name: "main", image: "bench.test/none:1", resources: { limits } }],
        },
      },
    },
  };
}

function nodeManifest(name: string): JsonObject {
  const resources = { cpu: "96", memory: "1Ti", pods: "110", "nvidia.com/gpu": String(GPUS_A_NODE) };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: { type: "kwok", "kubernetes.io/hostname": name },
    },
    spec: { taints: [{ key: "kwok.x-k8s.io/node", value: "fake", effect: "NoSchedule" }] },
    status: { capacity: resources, allocatable: resources },
  };
}

async function countReady(raw: RawApi): Promise<number> {
  const { body } = await raw.get("/api/v1/nodes?labelSelector=type%3Dkwok");
  const nodes = isJsonArray(body["items"]) ? body["items"] : [];
  return nodes.filter((node) => {
    const conditions = objectAt(node, "status")["conditions"];
    return (
      isJsonArray(conditions) &&
      conditions.some(
        (each) => isJsonObject(each) && textAt(each, "type") === "Ready" && textAt(each, "status") === "True",
      )
    );
  }).length;
}
