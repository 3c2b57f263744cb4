import { runWithin } from "../io/namespaces.ts";
import { demand, type OwnCluster, type SmokeContext } from "./smokeContext.ts";

/** A check of any cluster, or one that must switch or look into nodes of ours. */
export type Check = {
  readonly name: string;
  readonly run:
    | { readonly on: "any"; readonly check: (context: SmokeContext) => Promise<void> }
    | {
        readonly on: "own";
        /** Real nodes that it takes; one if not said. */
        readonly nodes?: number;
        readonly check: (context: SmokeContext, own: OwnCluster) => Promise<void>;
      };
};

const SOON_MS = 60_000;
const READY = '.status.conditions[?(@.type=="Ready")].status';
const SERVERS = ".status.numberReady";

/** In this order: later ones use what earlier ones made. */
export const POD_CHECKS: readonly Check[] = [
  {
    name: "a pod runs on every node, alive and ready by HTTP probes",
    run: { on: "any", check: runEverywhere },
  },
  { name: "logs of a pod on every node", run: { on: "any", check: readLogs } },
  { name: "exec in a pod on every node", run: { on: "any", check: execEverywhere } },
  {
    name: "a failing readiness probe keeps a pod out, a failing liveness probe starts it again",
    run: { on: "any", check: failProbes },
  },
  { name: "every pod reaches every other by address, across nodes", run: { on: "any", check: crossNodes } },
  { name: "a Service answers by name from every node", run: { on: "any", check: callService } },
  { name: "DNS knows Services, and ours nothing outside", run: { on: "any", check: resolveNames } },
  {
    name: "a test client outside reaches pods and Services by address",
    run: { on: "own", check: callFromOutside },
  },
  {
    name: "what a pod writes to a claimed volume, the next one reads",
    run: { on: "own", check: keepVolume },
  },
  { name: "nvidia.com/gpu: 3 of 4 run, 2 more wait", run: { on: "own", check: requestGpus } },
  { name: "a pod above its memory limit is OOMKilled", run: { on: "any", check: exceedMemory } },
  { name: "a read-only root file system refuses a write", run: { on: "any", check: refuseWrite } },
];

async function runEverywhere(context: SmokeContext): Promise<void> {
  await context.apply(context.objects.echo(), context.objects.service());
  const wanted = await context.see("daemonset/echo", ".status.desiredNumberScheduled", {
    fits: (value) => Number(value) > 0,
    withinMs: SOON_MS,
  });
  await context.see("daemonset/echo", SERVERS, { fits: (value) => value === wanted, withinMs: SOON_MS });
  const { own } = context;
  if (own) demand(Number(wanted) === own.state.nodeCount, `${wanted} pods on ${own.state.nodeCount} nodes`);
}

async function readLogs(context: SmokeContext): Promise<void> {
  for (const { name } of await context.echoPods()) {
    const log = await context.kubectl("logs", name);
    demand(log.includes(`serving as ${name}`), `the log of ${name} is "${log.slice(0, 200)}"`);
  }
}

async function execEverywhere(context: SmokeContext): Promise<void> {
  for (const { name } of await context.echoPods()) {
    const said = await context.probe(name, "get", "http://127.0.0.1:8080/");
    demand(said.trim() === name, `${name} says "${said.trim()}"`);
  }
}

async function failProbes(context: SmokeContext): Promise<void> {
  const failing = { httpGet: { path: "/healthz", port: 8081 }, periodSeconds: 1, failureThreshold: 1 };
  const always = { restartPolicy: "Always" };
  const { pod } = context.objects;
  await context.apply(
    pod("unready", { args: ["serve"], container: { readinessProbe: failing } }),
    pod("unlive", { args: ["serve"], container: { livenessProbe: failing }, pod: always }),
  );
  await context.see("pod/unlive", ".status.containerStatuses[0].restartCount", {
    fits: (value) => Number(value) > 0,
    withinMs: SOON_MS,
  });
  demand((await context.read("pod/unready", ".status.phase")) === "Running", "the pod does not run");
  demand((await context.read("pod/unready", READY)) === "False", "the pod with a failing probe is Ready");
}

async function crossNodes(context: SmokeContext): Promise<void> {
  const pods = await context.echoPods();
  for (const from of pods)
    for (const to of pods) {
      const said = await context.probe(from.name, "get", `http://${to.address}:8080/`);
      demand(said.trim() === to.name, `${from.node} -> ${to.node} answers "${said.trim()}"`);
    }
}

async function callService(context: SmokeContext): Promise<void> {
  const pods = await context.echoPods();
  for (const { name } of pods) {
    const said = (await context.probe(name, "get", "http://echo/")).trim();
    demand(
      pods.some((pod) => pod.name === said),
      `the Service answers "${said}"`,
    );
  }
}

async function resolveNames(context: SmokeContext): Promise<void> {
  const [pod] = await context.echoPods();
  const address = await context.read("service/echo", ".spec.clusterIP");
  const found = await context.probe(pod?.name ?? "", "lookup", `echo.${context.namespace}.svc.cluster.local`);
  demand(found.trim() === address, `DNS says "${found.trim()}", the Service has ${address}`);
  await context.probe(pod?.name ?? "", "lookup", "kubernetes.default.svc.cluster.local");
  if (context.own === undefined) return;
  const outside = context.probe(pod?.name ?? "", "lookup", "example.com.");
  demand(
    await outside.then(
      () => false,
      () => true,
    ),
    "DNS knows example.com",
  );
}

async function callFromOutside(context: SmokeContext, own: OwnCluster): Promise<void> {
  const probe = context.program(own, "probe");
  const [pod] = await context.echoPods();
  const service = await context.read("service/echo", ".spec.clusterIP");
  await runWithin(own.state.space, [probe, "get", `http://${pod?.address}:8080/`]);
  await runWithin(own.state.space, [probe, "get", `http://${service}/`]);
}

async function keepVolume(context: SmokeContext, own: OwnCluster): Promise<void> {
  const [node = ""] = Object.keys(own.state.nodes);
  const space = own.state.nodes[node];
  if (space) await runWithin(space, ["sh", "-c", "mkdir -p /var/lib/smoke && chmod 777 /var/lib/smoke"]);
  const { objects, namespace } = context;
  await context.apply(objects.volume(namespace, node, "/var/lib/smoke"), objects.claim("data", namespace));
  const pod = {
    volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
  };
  const container = { volumeMounts: [{ name: "data", mountPath: "/data" }] };
  try {
    await context.apply(objects.pod("writer", { args: ["write", "/data/note", "kept"], container, pod }));
    await context.see("pod/writer", ".status.phase", {
      fits: (value) => value === "Succeeded",
      withinMs: SOON_MS,
    });
    await context.kubectl("delete", "pod", "writer");
    await context.apply(objects.pod("reader", { args: ["read", "/data/note"], container, pod }));
    await context.see("pod/reader", ".status.phase", {
      fits: (value) => value === "Succeeded",
      withinMs: SOON_MS,
    });
    demand((await context.kubectl("logs", "reader")) === "kept", "the second pod reads something else");
  } finally {
    await context.kubectl("delete", "pod", "reader", "--ignore-not-found");
    await context.kubectl("delete", "pvc", "data");
    await context.kubectl("delete", "pv", namespace);
  }
}

async function requestGpus(context: SmokeContext, own: OwnCluster): Promise<void> {
  const [node = ""] = Object.keys(own.state.nodes);
  const ask = (count: string): object => ({ resources: { limits: { "nvidia.com/gpu": count } } });
  const pod = { nodeSelector: { "kubernetes.io/hostname": node } };
  const { objects } = context;
  await context.apply(objects.pod("gpus-3", { args: ["serve"], container: ask("3"), pod }));
  await context.see("pod/gpus-3", ".status.phase", {
    fits: (value) => value === "Running",
    withinMs: SOON_MS,
  });
  await context.apply(objects.pod("gpus-2", { args: ["serve"], container: ask("2"), pod }));
  await context.see("pod/gpus-2", '.status.conditions[?(@.type=="PodScheduled")].message', {
    fits: (value) => value.includes("Insufficient nvidia.com/gpu"),
    withinMs: SOON_MS,
  });
}

async function exceedMemory(context: SmokeContext): Promise<void> {
  const limits = { resources: { limits: { memory: "32Mi" } } };
  await context.apply(context.objects.pod("greedy", { args: ["fill", "64"], container: limits }));
  await context.see("pod/greedy", ".status.containerStatuses[0].state.terminated.reason", {
    fits: (value) => value === "OOMKilled",
    withinMs: SOON_MS,
  });
}

async function refuseWrite(context: SmokeContext): Promise<void> {
  await context.apply(context.objects.pod("writes", { args: ["write", "/note", "x"] }));
  await context.see("pod/writes", ".status.phase", {
    fits: (value) => value === "Failed",
    withinMs: SOON_MS,
  });
  const log = await context.kubectl("logs", "writes");
  demand(log.includes("read-only file system"), `it says "${log.trim()}"`);
}
