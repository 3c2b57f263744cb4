import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { parse, parseAllDocuments } from "yaml";
import {
  createTransport,
  defineResource,
  type KubeObject,
  ResourceClient,
} from "../../src/controllerkit/index.ts";
import { plainAccess } from "../contract/apiUnderTest.ts";
import { eventually } from "../contract/eventually.ts";
import { FakeApiServer, kubeconfigFor } from "../fakeApiServer/fakeApiServer.ts";
import { FaultProxy } from "../faults/faultProxy.ts";

const EXAMPLE = new URL("../../examples/greeting/", import.meta.url);
const README = new URL("../../src/controllerkit/README.md", import.meta.url);

const types = {
  greeting: defineResource<KubeObject>({
    group: "example.com",
    version: "v1",
    plural: "greetings",
    kind: "Greeting",
    namespaced: true,
  }),
  configMap: defineResource<KubeObject & { readonly data?: Readonly<Record<string, string>> }>({
    group: "",
    version: "v1",
    plural: "configmaps",
    kind: "ConfigMap",
    namespaced: true,
  }),
};

type Role = {
  readonly rules: readonly { readonly resources: readonly string[]; readonly verbs: readonly string[] }[];
};

const cleanups: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start() {
  const server = await FakeApiServer.start();
  const folder = mkdtempSync(join(tmpdir(), "greeting-"));
  const kubeconfig = join(folder, "kubeconfig");
  // The program's requests go through the proxy and those of the test do not: its counters see the former alone.
  const proxy = await FaultProxy.start(plainAccess(server.url));
  writeFileSync(kubeconfig, kubeconfigFor(proxy.url));
  const transport = createTransport(plainAccess(server.url));
  cleanups.push(
    () => server.close(),
    () => proxy.close(),
    () => rmSync(folder, { recursive: true }),
    () => transport.close(),
  );
  const definition: unknown = parse(readFileSync(new URL("greetings.crd.yaml", EXAMPLE), "utf8"));
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  await transport.request({ method: "POST", path, body: definition });
  const child = spawn(process.execPath, [new URL("main.ts", EXAMPLE).pathname], {
    env: { ...process.env, KUBECONFIG: kubeconfig, NODE_OPTIONS: "" },
    stdio: "ignore",
  });
  cleanups.push(() => void child.kill("SIGKILL"));
  const clientOptions = { transport, fieldManager: "test" };
  const greetings = new ResourceClient(types.greeting, clientOptions);
  const configMaps = new ResourceClient(types.configMap, clientOptions);
  return { child, greetings, configMaps, traffic: proxy.traffic };
}

/** `VERB PLURAL`, of all roles; those on subresources are for the server's own checks. */
function grantedRights(): readonly string[] {
  const documents = parseAllDocuments(readFileSync(new URL("rbac.yaml", EXAMPLE), "utf8"));
  const rules = documents.flatMap((document) => (document.toJS() as Partial<Role>).rules ?? []);
  return rules.flatMap(({ resources, verbs }) =>
    resources.filter((name) => !name.includes("/")).flatMap((name) => verbs.map((verb) => `${verb} ${name}`)),
  );
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", resolve));
}

describe("the example of the README", () => {
  it("is in the README word for word", () => {
    expect(readFileSync(README, "utf8")).toContain(readFileSync(new URL("main.ts", EXAMPLE), "utf8"));
  });

  it("greets, heals, follows the spec and stops when told, with the rights of its rbac.yaml and no others", async () => {
    const { child, greetings, configMaps, traffic } = await start();
    const ref = { namespace: "default", name: "first" };
    const { apiVersion, kind } = types.greeting;
    const greeting = await greetings.create({ apiVersion, kind, metadata: ref, spec: { name: "World" } });
    const text = async (): Promise<string | undefined> => (await configMaps.get(ref))?.data?.["text"];
    const first = await eventually("the greeting", async () =>
      (await text()) === "Hello, World!" ? await configMaps.get(ref) : undefined,
    );
    await configMaps.delete(first);
    await eventually("the greeting again", async () => (await text()) === "Hello, World!");
    await greetings.patch(greeting, { spec: { name: "You" } });
    await eventually("the new greeting", async () => (await text()) === "Hello, You!");
    const exit = exitOf(child);
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
    expect([...traffic.asked()].sort()).toEqual([...grantedRights()].sort());
  });
});
