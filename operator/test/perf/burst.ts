import { eventually } from "../contract/eventually.ts";
import type { RawApi } from "../contract/rawApi.ts";
import { type JsonObject, objectAt } from "../fakeApiServer/json.ts";

const LONGEST_MS = 900_000;
const POLL_MS = 100;

/** Seconds from the request until all pods exist, and until all are Ready by their owner's status. */
export type Burst = { readonly createdSeconds: number; readonly readySeconds: number };

/** Creates an owner of many pods in an empty namespace and waits until it says that all are ready. */
export async function runBurst(
  raw: RawApi,
  namespace: string,
  collection: string,
  manifest: JsonObject,
): Promise<Burst> {
  const replicas = Number(objectAt(manifest, "spec")["replicas"]);
  const name = String(objectAt(manifest, "metadata")["name"]);
  const startedMs = performance.now();
  await raw.must(raw.post(collection, manifest));
  let createdMs: number | undefined;
  await eventually(
    `${name} has ${replicas} ready pods`,
    async () => {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      if (createdMs === undefined && (await countPods(raw, namespace)) >= replicas)
        createdMs = performance.now();
      const { body } = await raw.get(`${collection}/${name}`);
      return objectAt(body, "status")["readyReplicas"] === replicas;
    },
    LONGEST_MS,
  );
  const readyMs = performance.now();
  return {
    createdSeconds: ((createdMs ?? readyMs) - startedMs) / 1_000,
    readySeconds: (readyMs - startedMs) / 1_000,
  };
}

/** Deletes the owner and waits until its pods are gone. */
export async function endBurst(raw: RawApi, namespace: string, path: string): Promise<void> {
  await raw.must(raw.delete(path, { propagationPolicy: "Background" }));
  await eventually("all pods are gone", async () => (await countPods(raw, namespace)) === 0, LONGEST_MS);
}

/** By the number that a page of one says is left: the server need not send them all. */
export async function countPods(raw: RawApi, namespace: string): Promise<number> {
  const { body } = await raw.get(`/api/v1/namespaces/${namespace}/pods?limit=1`);
  const items = body["items"];
  const remaining = objectAt(body, "metadata")["remainingItemCount"];
  return (Array.isArray(items) ? items.length : 0) + (typeof remaining === "number" ? remaining : 0);
}
