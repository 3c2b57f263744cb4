import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GanglionError } from "@ganglion/types";
import type { Space } from "./namespaces.ts";

/** What a later command needs to find a cluster again. */
export type ClusterState = {
  readonly id: string;
  readonly bin: string;
  readonly nodeCount: number;
  readonly gpusPerNode: number;
  /** Of the forwarder on 127.0.0.1. */
  readonly port: number;
  readonly space: Space;
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
