import { loadClusterAccess } from "../../src/controllerkit/index.ts";
import { RawApi } from "./rawApi.ts";

/** A cluster of somebody else's, to be left as it was. */
export type BorrowedCluster = {
  /** Removes the kinds that tests have defined since, unless they were there before. */
  readonly giveBack: () => Promise<void>;
};

/** All that tests define outside of namespaces of their own. */
const DEFINED = ["widgets.contract.ganglion.dev", "toys.example.com"].map(
  (name) => `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`,
);

/** Notes which kinds are there. @throws Error when the cluster is out of reach or forbids it */
export async function borrowCluster(kubeconfig: string): Promise<BorrowedCluster> {
  const raw = new RawApi(loadClusterAccess(kubeconfig));
  const missing: string[] = [];
  for (const path of DEFINED) {
    const reply = await raw.get(path);
    if (reply.code === 404) missing.push(path);
    else await raw.must(Promise.resolve(reply));
  }
  return {
    giveBack: async () => {
      for (const path of missing) await raw.delete(path);
      await raw.close();
    },
  };
}
