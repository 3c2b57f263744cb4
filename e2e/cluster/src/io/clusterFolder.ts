import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GanglionError } from "@ganglion/types";
import type { Space } from "./namespaces.ts";
import type { ProcessId } from "./processes.ts";

/** What a later command needs to find a cluster again. */
export type ClusterState = {
  readonly id: string;
  readonly bin: string;
  readonly nodeCount: number;
  readonly gpusPerNode: number;
  /** Of the forwarder on 127.0.0.1; 0 until it runs. */
  readonly port: number;
  /** Until its namespaces stand: the process that makes them. */
  readonly space: Space;
  /** The process that boots it; undefined when that is done. */
  readonly bootedBy?: ProcessId;
  /** By node name; a node that is powered off has none. */
  readonly nodes: Readonly<Record<string, Space>>;
  /** Whether KWOK runs. */
  readonly hasKwok: boolean;
  readonly runc: string;
  readonly cniPlugins: string;
};

const FILE = "cluster.json";

/** Names a folder's cluster: two folders, two clusters. */
export function clusterId(dir: string): string {
  return createHash("sha256").update(dir).digest("hex").slice(0, 8);
}

/** @throws GanglionError CLUSTER_NOT_RUNNING */
export function readClusterState(dir: string): ClusterState {
  const path = join(dir, FILE);
  if (!existsSync(path))
    throw new GanglionError("CLUSTER_NOT_RUNNING", `no cluster in ${dir}: start one with \`make cluster\``);
  return JSON.parse(readFileSync(path, "utf8")) as ClusterState;
}

/** Atomic: a reader sees the old or the new one. */
export function writeClusterState(dir: string, state: ClusterState): void {
  const path = join(dir, FILE);
  writeFileSync(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

/** Whether there was a cluster, running or not. */
export function hasCluster(dir: string): boolean {
  return existsSync(join(dir, FILE));
}

/** What a noted cluster is now: `remains` are of one that ended, or whose boot did. */
export type ClusterStand = "running" | "booting" | "remains";

/** @param isAlive whether a process still runs */
export function standOf(
  { space, bootedBy }: Pick<ClusterState, "space" | "bootedBy">,
  isAlive: (process: ProcessId) => boolean,
): ClusterStand {
  if (bootedBy !== undefined && isAlive(bootedBy)) return "booting";
  return bootedBy === undefined && isAlive(space) ? "running" : "remains";
}
