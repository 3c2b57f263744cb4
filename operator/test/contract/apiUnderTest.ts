import { type ClusterAccess, loadClusterAccess } from "../../src/controllerkit/index.ts";
import { FakeApiServer } from "../fakeApiServer/fakeApiServer.ts";
import type { Faults } from "../fakeApiServer/faults.ts";
import type { Traffic } from "../fakeApiServer/traffic.ts";
import { FaultProxy } from "../faults/faultProxy.ts";

/** A server that the contract is checked on. Clients go by `access`, so that `faults` and `traffic` see them. */
export type ApiUnderTest = {
  readonly access: ClusterAccess;
  readonly faults: Faults;
  readonly traffic: Traffic;
  /** The way to the server that no fault touches and no counter sees. */
  readonly direct: ClusterAccess;
  /** Makes all versions up to now too old for those who have to read them from disk. */
  readonly compact: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** What a server can be made to do beside serving. */
export type ContractOptions = {
  /** Whether `compact` works; without, what needs it is left out, and the reporter names it. */
  readonly canCompact: boolean;
};

/** Where a real server is; etcd only where it is a control plane of our own. */
type RealServer = { readonly kubeconfig: string; readonly etcd?: string };

/** The in-repo server. Its bookmarks come fast: a watch of a few seconds sees them. */
export async function startFakeApi(): Promise<ApiUnderTest> {
  const server = await FakeApiServer.start({ bookmarkMs: 1_000 });
  const access = plainAccess(server.url);
  return {
    access,
    direct: access,
    faults: server.faults,
    traffic: server.traffic,
    compact: () => Promise.resolve(server.compact()),
    close: () => server.close(),
  };
}

/** The in-repo server behind the fault proxy: there is a way past the faults. */
export async function startFakeApiBehindProxy(): Promise<
  ApiUnderTest & { readonly restart: () => Promise<void> }
> {
  const server = await FakeApiServer.start();
  const direct = plainAccess(server.url);
  const proxy = await FaultProxy.start(direct);
  return {
    access: plainAccess(proxy.url),
    direct,
    faults: proxy.faults,
    traffic: proxy.traffic,
    compact: () => Promise.resolve(server.compact()),
    restart: () => server.restart(),
    close: async () => {
      await proxy.close();
      await server.close();
    },
  };
}

/** A real server, with the fault proxy before it. */
export async function connectRealApi({ kubeconfig, etcd }: RealServer): Promise<ApiUnderTest> {
  const direct = loadClusterAccess(kubeconfig);
  const proxy = await FaultProxy.start(direct);
  return {
    access: plainAccess(proxy.url),
    direct,
    faults: proxy.faults,
    traffic: proxy.traffic,
    compact: () => compactEtcd(etcd),
    close: () => proxy.close(),
  };
}

/** Access to a server over plain HTTP, without credentials. */
export function plainAccess(server: string): ClusterAccess {
  return { server, namespace: "default", credentials: () => Promise.resolve({ headers: {}, tls: {} }) };
}

/** By etcd's JSON gateway. Without an address of etcd there is no compaction: the server's own comes after minutes. */
async function compactEtcd(etcd: string | undefined): Promise<void> {
  if (etcd === undefined)
    throw new TypeError("a compaction needs the address of etcd: use a control plane of our own");
  const post = async (path: string, body: object): Promise<unknown> => {
    const reply = await fetch(etcd + path, { method: "POST", body: JSON.stringify(body) });
    return await reply.json();
  };
  const status = await post("/v3/maintenance/status", {});
  const revision = JSON.stringify(status).match(/"revision":"(\d+)"/)?.[1];
  if (revision === undefined) throw new TypeError(`etcd at ${etcd} did not tell its revision`);
  await post("/v3/kv/compaction", { revision, physical: true });
}
