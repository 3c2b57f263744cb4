import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import {
  createTransport,
  defineResource,
  type KubeObject,
  ResourceClient,
} from "../../src/controllerkit/index.ts";
import { plainAccess } from "../contract/apiUnderTest.ts";
import { FakeApiServer, kubeconfigFor } from "../fakeApiServer/fakeApiServer.ts";
import type { Traffic } from "../fakeApiServer/traffic.ts";
import { FaultProxy } from "../faults/faultProxy.ts";

/** The folder of the example. */
export const EXAMPLE = new URL("../../examples/greeting/", import.meta.url);

type ConfigMap = KubeObject & { readonly data?: Readonly<Record<string, string>> };

const types = {
  greeting: defineResource<KubeObject>({
    group: "example.com",
    version: "v1",
    plural: "greetings",
    kind: "Greeting",
    namespaced: true,
  }),
  configMap: defineResource<ConfigMap>({
    group: "",
    version: "v1",
    plural: "configmaps",
    kind: "ConfigMap",
    namespaced: true,
  }),
};

/** The program of the example, in a process of its own, and the server that it works on. */
export type Greeter = {
  /** What the program asked for, without the test's own requests. */
  readonly traffic: Traffic;
  readonly configMaps: ResourceClient<ConfigMap>;
  readonly greet: (name: string, whom: string) => Promise<KubeObject>;
  readonly greetings: ResourceClient<KubeObject>;
  readonly text: (name: string) => Promise<string | undefined>;
  /** Asks it to end. @returns its exit code */
  readonly stop: () => Promise<number | null>;
  readonly close: () => Promise<void>;
};

/** Starts `program` on a fake server that knows its kind. */
export async function startGreeter(program: string): Promise<Greeter> {
  const server = await FakeApiServer.start();
  const proxy = await FaultProxy.start(plainAccess(server.url));
  const folder = mkdtempSync(join(tmpdir(), "greeting-"));
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, kubeconfigFor(proxy.url));
  const transport = createTransport(plainAccess(server.url));
  const definition: unknown = parse(readFileSync(new URL("greetings.crd.yaml", EXAMPLE), "utf8"));
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  await transport.request({ method: "POST", path, body: definition });
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, KUBECONFIG: kubeconfig, NODE_OPTIONS: "" },
    stdio: "ignore",
  });
  const clientOptions = { transport, fieldManager: "test" };
  const greetings = new ResourceClient(types.greeting, clientOptions);
  const configMaps = new ResourceClient(types.configMap, clientOptions);
  const { apiVersion, kind } = types.greeting;
  const refOf = (name: string) => ({ namespace: "default", name });
  return {
    traffic: proxy.traffic,
    configMaps,
    greetings,
    greet: (name, whom) =>
      greetings.create({ apiVersion, kind, metadata: refOf(name), spec: { name: whom } }),
    text: async (name) => (await configMaps.get(refOf(name)))?.data?.["text"],
    stop: () => {
      const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      return exit;
    },
    close: async () => {
      child.kill("SIGKILL");
      await transport.close();
      await proxy.close();
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
