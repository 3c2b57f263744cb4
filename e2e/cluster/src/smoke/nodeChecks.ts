import { GanglionError } from "@ganglion/types";
import { readClusterState } from "../io/clusterFolder.ts";
import { changeNode } from "../nodePower.ts";
import type { Check } from "./podChecks.ts";
import { demand, type EchoPod, type OwnCluster, type SmokeContext } from "./smokeContext.ts";

/** The apiserver believes in a silent node for 50 seconds. */
const NOTICED_MS = 120_000;
const BACK_MS = 120_000;
const LOST_NODES = 2;
const READY = '.status.conditions[?(@.type=="Ready")].status';

/** Both at once, since noticing takes the longest. */
export const NODE_CHECKS: readonly Check[] = [
  {
    name: "a node without power and one without network turn NotReady, come back, and serve again",
    run: { on: "own", nodes: LOST_NODES, check: loseAndRegain },
  },
];

async function loseAndRegain(context: SmokeContext, { dir }: OwnCluster): Promise<void> {
  const [first, second] = Object.keys(readClusterState(dir).nodes).slice(-LOST_NODES);
  if (first === undefined || second === undefined)
    throw new GanglionError("CLUSTER_SMOKE", "this check needs two real nodes");
  try {
    await changeNode(dir, first, "off");
    await changeNode(dir, second, "cut");
    for (const node of [first, second])
      await seeReady(context, node, (value) => value === "Unknown", NOTICED_MS);
    demand((await readyServers(context)) < (await context.echoPods()).length, "the lost pods count as ready");
  } finally {
    const restored = [changeNode(dir, first, "on"), changeNode(dir, second, "heal")];
    // One that fails leaves the other its time; its failure then is the check's.
    await Promise.allSettled(restored);
    await Promise.all(restored);
  }
  for (const node of [first, second]) await seeReady(context, node, (value) => value === "True", BACK_MS);
  const wanted = await context.read("daemonset/echo", ".status.desiredNumberScheduled");
  await context.see("daemonset/echo", ".status.numberReady", {
    fits: (value) => value === wanted,
    withinMs: BACK_MS,
  });
  await serveAgain(context, await context.echoPods());
}

async function serveAgain(context: SmokeContext, pods: readonly EchoPod[]): Promise<void> {
  for (const from of pods)
    for (const to of pods) {
      const said = await context.probe(from.name, "get", `http://${to.address}:8080/`);
      demand(said.trim() === to.name, `${from.node} -> ${to.node} answers "${said.trim()}"`);
    }
}

async function seeReady(
  context: SmokeContext,
  node: string,
  fits: (value: string) => boolean,
  withinMs: number,
): Promise<void> {
  await context.see(`node/${node}`, READY, { fits, withinMs });
}

async function readyServers(context: SmokeContext): Promise<number> {
  return Number(await context.read("daemonset/echo", ".status.numberReady"));
}
