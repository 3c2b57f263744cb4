import { isKubeError } from "../api/kubeError.ts";
import type { KubeObject } from "../api/kubeObject.ts";
import type { ListPage, ResourceClient, Selection } from "../api/resourceClient.ts";

const MOST_TRIES = 3;

/**
 * The newest complete state, page by page. When the pages' version is compacted meanwhile it starts again; the
 * last try asks for everything in one page, which can't expire.
 */
export async function listEverything<T extends KubeObject>(
  client: ResourceClient<T>,
  selection: Selection,
  signal: AbortSignal,
): Promise<Pick<ListPage<T>, "items" | "resourceVersion">> {
  for (let tries = 1; ; tries++) {
    try {
      if (tries < MOST_TRIES) return await client.list(selection, { signal });
      return await client.listPage({ ...selection, limit: 0 }, { signal });
    } catch (error) {
      if (tries >= MOST_TRIES || !isKubeError(error, "KUBE_GONE")) throw error;
    }
  }
}
