import { GanglionError } from "@ganglion/types";
import { fakeNode, fakeNodeName } from "../core/fakeNode.ts";
import type { AdminClient } from "./adminClient.ts";
import { waitUntil } from "./waitUntil.ts";

const SELECTED = "/api/v1/nodes?labelSelector=type%3Dkwok";
const AT_ONCE = 4;
const READY_MS = 120_000;

/**
 * Makes that many fake nodes, or removes those above; KWOK must run to make them Ready.
 * @throws GanglionError CLUSTER_REFUSED | CLUSTER_TIMEOUT
 */
export async function setFakeNodes(admin: AdminClient, count: number): Promise<void> {
  const wanted = Array.from({ length: count }, (_, index) => index);
  const there = new Set((await readFakeNodes(admin)).map(({ name }) => name));
  const names = new Set(wanted.map(fakeNodeName));
  const missing = wanted.filter((index) => !there.has(fakeNodeName(index)));
  await inParallel(missing, (index) => admin.create("/api/v1/nodes", fakeNode(index)));
  await inParallel(
    [...there].filter((name) => !names.has(name)),
    async (name) => void (await admin.call("DELETE", `/api/v1/nodes/${name}`)),
  );
  const areReady = async (): Promise<boolean> => {
    const nodes = await readFakeNodes(admin);
    return nodes.length === count && nodes.every(({ isReady }) => isReady);
  };
  await waitUntil(areReady, { what: `${count} Ready fake nodes`, withinMs: READY_MS, pollMs: 500 });
}

type FakeNodeFacts = { readonly name: string; readonly isReady: boolean };

async function readFakeNodes(admin: AdminClient): Promise<readonly FakeNodeFacts[]> {
  const { status, body } = await admin.get(SELECTED);
  if (status !== 200)
    throw new GanglionError("CLUSTER_REFUSED", `cannot list nodes: ${body.slice(0, 300)}`, { status });
  const { items } = JSON.parse(body) as {
    readonly items: readonly {
      readonly metadata: { readonly name: string };
      readonly status: {
        readonly conditions?: readonly { readonly type: string; readonly status: string }[];
      };
    }[];
  };
  return items.map(({ metadata: { name }, status: { conditions = [] } }) => ({
    name,
    isReady: conditions.some((condition) => condition.type === "Ready" && condition.status === "True"),
  }));
}

async function inParallel<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const work = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
