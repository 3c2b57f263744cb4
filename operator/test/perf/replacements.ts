import { createTransport, Informer, ResourceClient } from "@ganglion/operator/controllerkit";
import { LABELS, podType, type ToyPod } from "../../examples/toy/kinds.ts";
import type { ClusterAccess } from "../../src/controllerkit/index.ts";
import { eventually } from "../contract/eventually.ts";
import { silentLogger } from "../contract/silentLogger.ts";

/** Milliseconds from a pod's deletion to the creation of its successor, for so many pods, one after the other. */
export async function measureReplacements(
  access: ClusterAccess,
  namespace: string,
  count: number,
): Promise<readonly number[]> {
  const stop = new AbortController();
  const transport = createTransport(access, { userAgent: "bench" });
  const client = new ResourceClient(podType, { transport, fieldManager: "bench" });
  const informer = new Informer<ToyPod>({ namespace }, { client, logger: silentLogger });
  const bornMs = new Map<string, number>();
  informer.addHandler(({ kind, object }) => {
    if (kind === "added") bornMs.set(placeOf(object), performance.now());
  });
  const running = informer.run(stop.signal);
  await informer.waitForSync(stop.signal);
  const tookMs: number[] = [];
  try {
    for (const pod of informer.store.list().slice(0, count)) {
      const current = await client.get(pod.metadata);
      if (current === undefined) continue;
      bornMs.delete(placeOf(pod));
      const startedMs = performance.now();
      await client.delete(current);
      const atMs = await eventually("a successor is born", () => bornMs.get(placeOf(pod)), 60_000);
      tookMs.push(atMs - startedMs);
    }
  } finally {
    stop.abort();
    await running;
    await transport.close();
  }
  return tookMs.sort((a, b) => a - b);
}

function placeOf({ metadata }: ToyPod): string {
  return metadata.labels?.[LABELS.ordinal] ?? "";
}

/** The value below which a share of sorted values lies. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
