import { randomUUID } from "node:crypto";
import {
  Controller,
  createTransport,
  defineResource,
  fenceWrites,
  Informer,
  isDeleting,
  type KubeObject,
  LeaderElector,
  loadClusterAccess,
  Manager,
  ownerKeys,
  ownerReference,
  ownKey,
  type Reconcile,
  ResourceClient,
} from "@ganglion/operator/controllerkit";
import { createLogger } from "@ganglion/runtime/log";

// 1. The kinds, as their schemas have them.
type Greeting = KubeObject & { readonly spec: { readonly name: string } };
type ConfigMap = KubeObject & { readonly data?: Readonly<Record<string, string>> };
const greetingType = defineResource<Greeting>({
  group: "example.com",
  version: "v1",
  plural: "greetings",
  kind: "Greeting",
  namespaced: true,
});
const configMapType = defineResource<ConfigMap>({
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  namespaced: true,
});

// 2. Connections: one for work, one for the election. Only the leader's writes are sent.
const logger = createLogger();
const access = loadClusterAccess();
const transport = createTransport(access);
const forElection = createTransport(access, { connections: 2 });
const elector = new LeaderElector(
  { namespace: "default", name: "greeter", identity: randomUUID() },
  { transport: forElection, logger },
);
const clientOptions = { transport: fenceWrites(transport, elector), fieldManager: "greeter" };
const configMapClient = new ResourceClient(configMapType, clientOptions);

// 3. Caches of both kinds.
const greetings = new Informer({}, { client: new ResourceClient(greetingType, clientOptions), logger });
const configMaps = new Informer(
  { labelSelector: "example.com/greeting" },
  { client: configMapClient, logger },
);

// 4. What to do about one Greeting: read all it needs, then write what is missing.
const reconcile: Reconcile = async ({ key, name, namespace = "" }, { signal }) => {
  const greeting = greetings.store.get(key);
  if (greeting === undefined || isDeleting(greeting)) return undefined;
  const text = `Hello, ${greeting.spec.name}!`;
  const observed = configMaps.store.get(key);
  if (observed?.data?.["text"] === text) return undefined;
  const labels = { "example.com/greeting": name };
  const metadata = { name, namespace, labels, ownerReferences: [ownerReference(greeting)] };
  const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { text } };
  // Fenced by the name or by what was read: if that is out of date it fails, and this is called again.
  if (observed === undefined) await configMapClient.create(manifest, { signal });
  else await configMapClient.apply(observed, manifest, { signal });
  return undefined;
};

// 5. Which changes concern which Greeting.
const controller = new Controller({ name: "greeting" }, { reconcile, logger });
controller.watch(greetings, { keys: ownKey });
controller.watch(configMaps, { keys: ownerKeys(greetingType) });

// 6. Run until told to stop.
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
const manager = new Manager({}, { logger, elector });
manager.addCache(greetings);
manager.addCache(configMaps);
manager.addLeaderOnly(controller);
await manager.run(stop.signal);
await Promise.all([transport.close(), forElection.close()]);
