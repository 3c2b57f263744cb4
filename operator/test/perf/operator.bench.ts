// `make bench-operator`: the toy controller and kube-controller-manager's ReplicaSet in turn, on a real control plane
// with fake GPU nodes. Prints a table of figures with what is allowed; fails when one is beyond it.
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadClusterAccess } from "@ganglion/operator/controllerkit";
import { startControlPlane } from "../contract/controlPlane.ts";
import { eventually, inParallel } from "../contract/eventually.ts";
import { RawApi } from "../contract/rawApi.ts";
import { startToyChild, type ToyChild } from "../toy/toyChild.ts";
import { defineToys } from "../toy/toyWorld.ts";
import { type Burst, countPods, endBurst, runBurst } from "./burst.ts";
import { createNodes, replicaSetManifest, toyManifest } from "./fleet.ts";
import { type Usage, usageOf, usageOfChildren } from "./programUsage.ts";
import { measureReplacements, quantile } from "./replacements.ts";
import { countServed, parseServedWrites, type ServedRequests } from "./servedRequests.ts";

const NODES = 256;
const WARM_UP = 64;
const REPLACED = 100;
const IDLE_MS = 60_000;
const SETTLED_MS = 600_000;
const MOST_MB = 300;

/** Fewer for a quick look; the limits are meant for these. */
const { values } = parseArgs({
  options: {
    pods: { type: "string", default: "2048" },
    rounds: { type: "string", default: "2" },
    many: { type: "string", default: "10000" },
  },
});
const PODS = Number(values.pods);
const ROUNDS = Number(values.rounds);
/** Toys of one pod each: two objects and one key. */
const IDLE_TOYS = Math.ceil(Number(values.many) / 2);

type Row = { readonly name: string; readonly value: number; readonly unit: string; readonly atMost?: number };

const rows: Row[] = [];
let worstLag = 0;
const row = (name: string, value: number, unit: string, atMost?: number): void => {
  rows.push({ name, value, unit, ...(atMost !== undefined && { atMost }) });
  process.stdout.write(`${lineOf({ name, value, unit, ...(atMost !== undefined && { atMost }) })}\n`);
};

const dir = mkdtempSync(join(tmpdir(), "ganglion-bench-"));
const plane = await startControlPlane(dir, ["kube-controller-manager", "kube-scheduler", "kwok"]);
const access = loadClusterAccess(plane.kubeconfig);
const raw = new RawApi(access);
let toy: ToyChild | undefined;
try {
  process.stdout.write(
    `${cpus().length} cores, ${NODES} nodes of 8 GPUs, ${PODS} pods of one GPU; then ${IDLE_TOYS} toys of a pod without, and as many more\n`,
  );
  await createNodes(raw, NODES);
  await defineToys(raw);
  const namespace = await raw.createNamespace("bench");
  toy = await startToyChild(plane.kubeconfig, namespace);
  await measureBursts(toy, namespace);
  // Who else writes stops, so that each write is the toy controller's.
  for (const name of ["kube-scheduler", "kwok", "kube-controller-manager"] as const)
    await plane.stopProgram(name, "stop");
  toy = await measureMany(toy, namespace);
} finally {
  if (toy !== undefined) {
    toy.signal("SIGTERM");
    await toy.exited;
  }
  await raw.close();
  await plane.close();
  rmSync(dir, { recursive: true, force: true });
}
const beyond = rows.filter(({ value, atMost }) => atMost !== undefined && !(value <= atMost));
process.stdout.write(
  beyond.length === 0 ? "all within\n" : `beyond: ${beyond.map(({ name }) => name).join(", ")}\n`,
);
process.exitCode = beyond.length === 0 ? 0 : 1;

/** The same pods by a ReplicaSet and by a toy, in turn, after a small one of each. */
async function measureBursts(controller: ToyChild, namespace: string): Promise<void> {
  const sets = `/apis/apps/v1/namespaces/${namespace}/replicasets`;
  const toys = `/apis/example.com/v1/namespaces/${namespace}/toys`;
  const peer = (replicas: number): Promise<Burst> =>
    runBurst(raw, namespace, sets, replicaSetManifest("peer", replicas));
  const ours = (replicas: number): Promise<Burst> =>
    runBurst(raw, namespace, toys, toyManifest("ours", replicas, 1));
  await peer(WARM_UP);
  await clear(namespace, `${sets}/peer`);
  await ours(WARM_UP);
  await clear(namespace, `${toys}/ours`);
  const times: { readonly peer: Burst; readonly ours: Burst }[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const before = usageOfChildren(plane.pid);
    const peerTook = await peer(PODS);
    printUsage(`peer, round ${round}`, before, usageOfChildren(plane.pid));
    await clear(namespace, `${sets}/peer`);
    await controller.metric("nodejs_eventloop_lag_seconds");
    const writesBefore = await podWrites();
    const middle = usageOfChildren(plane.pid);
    const ownBefore = usageOf(controller.pid).cpuSeconds;
    const oursTook = await ours(PODS);
    const lag = await controller.metric("nodejs_eventloop_lag_seconds", { quantile: "0.99" });
    printUsage(`toy, round ${round}`, middle, usageOfChildren(plane.pid));
    row(`toy controller CPU, round ${round}`, usageOf(controller.pid).cpuSeconds - ownBefore, "s");
    row(`event loop lag p99, round ${round}`, lag * 1_000, "ms", 50);
    row(`writes a pod, round ${round}`, ((await podWrites()) - writesBefore) / PODS, "", 1);
    times.push({ peer: peerTook, ours: oursTook });
    if (round === ROUNDS) await measureDeaths(namespace);
    await clear(namespace, `${toys}/ours`);
  }
  const mean = (pick: (time: { readonly peer: Burst; readonly ours: Burst }) => number): number =>
    times.reduce((sum, time) => sum + pick(time), 0) / times.length;
  row(
    "peer: all created, mean",
    mean((time) => time.peer.createdSeconds),
    "s",
  );
  row(
    "peer: all ready, mean",
    mean((time) => time.peer.readySeconds),
    "s",
  );
  row(
    "toy: all created, mean",
    mean((time) => time.ours.createdSeconds),
    "s",
  );
  row(
    "toy: all ready, mean",
    mean((time) => time.ours.readySeconds),
    "s",
  );
  row(
    "toy / peer, ready",
    mean((time) => time.ours.readySeconds) / mean((time) => time.peer.readySeconds),
    "x",
    1.15,
  );
}

/** Ends a fleet, and waits until the garbage collector has no more to do with it: the next one is to have all cores. */
async function clear(namespace: string, path: string): Promise<void> {
  await endBurst(raw, namespace, path);
  await eventually("the collector is done", () => isCalm(fleetWrites), SETTLED_MS);
}

async function measureDeaths(namespace: string): Promise<void> {
  const tookMs = await measureReplacements(access, namespace, REPLACED);
  row("pod death to replacement, p50", quantile(tookMs, 0.5), "ms", 100);
  row("pod death to replacement, p99", quantile(tookMs, 0.99), "ms", 1_000);
}

/** Many objects that stay as they are: idle, a restart, and one with twice as many keys. */
async function measureMany(controller: ToyChild, namespace: string): Promise<ToyChild> {
  await fill(namespace, 0);
  const writes = await writesButLeases();
  const before = usageOf(controller.pid);
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const after = usageOf(controller.pid);
  row(`idle, ${2 * IDLE_TOYS} objects: memory`, after.rssMb, "MB", MOST_MB);
  row("idle: CPU", (after.cpuSeconds - before.cpuSeconds) / (IDLE_MS / 1_000), "cores", 0.05);
  row("idle: writes of any kind but leases", (await writesButLeases()) - writes, "", 0);
  const second = await measureRestart(controller, namespace, { keys: IDLE_TOYS, mostMb: MOST_MB });
  await fill(namespace, IDLE_TOYS);
  return await measureRestart(second, namespace, { keys: 2 * IDLE_TOYS });
}

/** Adds toys of one pod each, and waits until all that is to be written for them is. */
async function fill(namespace: string, from: number): Promise<void> {
  const toys = `/apis/example.com/v1/namespaces/${namespace}/toys`;
  const names = Array.from({ length: IDLE_TOYS }, (_, index) => `idle-${from + index}`);
  await inParallel(names, 32, (name) => raw.must(raw.post(toys, toyManifest(name, 1, 0))));
  const all = from + IDLE_TOYS;
  await eventually("all pods are there", async () => (await countPods(raw, namespace)) === all, SETTLED_MS);
  await eventually("all is written", () => isCalm(writesButLeases), SETTLED_MS);
}

/** Ends the controller and times another one from its start until it has looked at each toy. */
async function measureRestart(
  controller: ToyChild,
  namespace: string,
  { keys, mostMb }: { readonly keys: number; readonly mostMb?: number },
): Promise<ToyChild> {
  controller.signal("SIGTERM");
  await controller.exited;
  worstLag = 0;
  const startedMs = performance.now();
  const next = await startToyChild(plane.kubeconfig, namespace);
  await eventually(`${keys} keys are seen`, async () => (await reconciled(next)) >= keys, SETTLED_MS);
  const title = `restart, ${2 * keys} objects`;
  row(`${title}: ${keys} keys drained`, (performance.now() - startedMs) / 1_000, "s", 15);
  const { rssMb, cpuSeconds } = usageOf(next.pid);
  row(`${title}: memory`, rssMb, "MB", mostMb);
  row(`${title}: CPU`, cpuSeconds, "s");
  row(`${title}: event loop lag p99`, worstLag * 1_000, "ms", 50);
  return next;
}

/** How often it reconciled, once it works on nothing; notes the lag that each scrape ends. */
async function reconciled(controller: ToyChild): Promise<number> {
  worstLag = Math.max(
    worstLag,
    await controller.metric("nodejs_eventloop_lag_seconds", { quantile: "0.99" }),
  );
  const busy =
    (await controller.metric("workqueue_depth")) +
    (await controller.metric("controller_runtime_active_workers"));
  return busy === 0 ? await controller.metric("controller_runtime_reconcile_total") : 0;
}

/** No write for three seconds. */
async function isCalm(writes: () => Promise<number>): Promise<boolean> {
  const before = await writes();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  return (await writes()) === before;
}

/** Writes of pods and toys that the apiserver has served: the nodes beside them, which KWOK plays, never rest. */
function fleetWrites(): Promise<number> {
  return served(
    ({ resource, subresource }) =>
      (["pods", "toys"].includes(resource) && subresource === "") ||
      (resource === "toys" && subresource === "status"),
  );
}

/** Writes of all there is, events included, but leases: an election renews its own. */
function writesButLeases(): Promise<number> {
  return served(({ resource }) => resource !== "leases");
}

/**
 * Creations and patches of pods themselves: binding and status are the scheduler's and KWOK's, and what is deleted
 * belongs to the fleet before.
 */
function podWrites(): Promise<number> {
  return served(
    ({ verb, resource, subresource }) =>
      resource === "pods" && subresource === "" && !verb.startsWith("DELETE"),
  );
}

async function served(fits: (requests: ServedRequests) => boolean): Promise<number> {
  const { body } = await raw.get("/metrics");
  return countServed(parseServedWrites(String(body["text"])), fits);
}

function printUsage(
  title: string,
  before: ReadonlyMap<string, Usage>,
  after: ReadonlyMap<string, Usage>,
): void {
  const parts = [...after].map(([name, { cpuSeconds, rssMb }]) => {
    const used = cpuSeconds - (before.get(name)?.cpuSeconds ?? 0);
    return `${name} ${used.toFixed(1)} s ${Math.round(rssMb)} MB`;
  });
  process.stdout.write(`  ${title}: ${parts.join(", ")}\n`);
}

function lineOf({ name, value, unit, atMost }: Row): string {
  const figure = `${value.toFixed(value >= 100 ? 0 : value >= 1 ? 2 : 3)} ${unit}`;
  return `${name.padEnd(42)} ${figure.padStart(14)}${atMost === undefined ? "" : `   at most ${atMost}`}`;
}
