import { rm } from "node:fs/promises";
import { findCgroups, removeCgroup } from "./io/cgroups.ts";
import { type ClusterState, hasCluster, readClusterState } from "./io/clusterFolder.ts";
import { compareHostStates, readHostState, readSavedHostState } from "./io/hostState.ts";
import { endSpace } from "./io/namespaces.ts";
import { commandLineOf, isAlive, namespaceOf, type ProcessFacts, readProcesses } from "./io/processes.ts";
import { waitUntil } from "./io/waitUntil.ts";

const GONE_MS = 30_000;
const KINDS = ["net", "mnt", "pid"] as const;
const NOT_COMPARED = "? machine: not compared, since what it was before is not in the folder";

/**
 * Ends a cluster, removes its folder, and gives what is left of it on the machine: nothing, or one line each. Of a
 * boot that was interrupted before there was anything to end, it compares the machine all the same.
 * @throws GanglionError CLUSTER_TIMEOUT
 */
export async function stopCluster(dir: string, say: (text: string) => void): Promise<readonly string[]> {
  const before = readSavedHostState(dir);
  const leftOf = hasCluster(dir) ? await endCluster(dir, readClusterState(dir)) : () => [];
  // Unpacked images are most of it; on a busy disk that takes longer than all the rest.
  say("all processes have ended; removing its folder");
  await rm(dir, { recursive: true, force: true });
  const after = await readHostState();
  return [...leftOf(), ...(before ? compareHostStates(before, after) : [NOT_COMPARED])];
}

/** Whether there is anything for `stopCluster` in a folder. */
export function hasRemains(dir: string): boolean {
  return hasCluster(dir) || readSavedHostState(dir) !== undefined;
}

/** Kills all that runs, and gives a look at what is left of it. */
async function endCluster(dir: string, state: ClusterState): Promise<() => readonly string[]> {
  const members = membersOf(state);
  const namespaces = namespacesOf(members);
  await endSpace(state.space);
  await waitUntil(() => !members.some(isAlive), { what: "end of all processes", withinMs: GONE_MS });
  await removeCgroup(`/ganglion-${state.id}`);
  return () => [
    ...readProcesses().flatMap(({ pid }) =>
      isOf(state, dir, pid) ? [`+ process: ${commandLineOf(pid)}`] : [],
    ),
    ...[...namespacesOf(readProcesses())]
      .filter((name) => namespaces.has(name))
      .map((name) => `+ namespace: ${name}`),
    ...findCgroups(`ganglion-${state.id}`).map((path) => `+ cgroup: ${path}`),
  ];
}

function isOf({ bin }: ClusterState, dir: string, pid: number): boolean {
  const line = commandLineOf(pid);
  return pid !== process.pid && line.includes(dir) && line.includes(bin);
}

/** All processes in the cluster's namespaces, those below, and the ones outside that started them. */
function membersOf({ space }: ClusterState): readonly ProcessFacts[] {
  const all = readProcesses();
  const own = namespaceOf("self", "pid");
  const pids = new Set<number>([space.pid]);
  const spaces = new Set<string>();
  for (let size = 0; size < pids.size; ) {
    size = pids.size;
    for (const { pid, parent } of all) {
      const name = namespaceOf(pid, "pid");
      if (!pids.has(pid) && !pids.has(parent) && !(name !== undefined && spaces.has(name))) continue;
      pids.add(pid);
      if (name !== undefined && name !== own) spaces.add(name);
    }
  }
  return all.filter(({ pid }) => pids.has(pid));
}

/** Namespaces of these processes that are not this process's own; a zombie still names one, and holds none. */
function namespacesOf(processes: readonly ProcessFacts[]): ReadonlySet<string> {
  const names = processes.filter(isAlive).flatMap(({ pid }) =>
    KINDS.flatMap((kind) => {
      const name = namespaceOf(pid, kind);
      return name === undefined || name === namespaceOf("self", kind) ? [] : [name];
    }),
  );
  return new Set(names);
}
