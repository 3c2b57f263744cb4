import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { waitUntil } from "./waitUntil.ts";

const EMPTY_MS = 20_000;

/** Makes a node's cgroup in every hierarchy, with all processors and controllers of its parent. */
export function createCgroup(path: string): void {
  for (const hierarchy of readHierarchies()) {
    const parts = path.split("/").filter((part) => part !== "");
    let folder = hierarchy.folder;
    for (const part of parts) {
      if (hierarchy.version === 2) enableControllers(folder);
      folder = join(folder, part);
      mkdirSync(folder, { recursive: true });
      // In version 1 a new cpuset is empty, and nothing may run in it.
      for (const name of ["cpuset.cpus", "cpuset.mems"])
        if (hierarchy.version === 1 && existsSync(join(folder, name)))
          writeFileSync(join(folder, name), readFileSync(join(dirname(folder), name)));
    }
  }
}

/** Removes a cgroup and all below it in every hierarchy; its processes must be gone or about to go. */
export async function removeCgroup(path: string): Promise<void> {
  for (const { folder } of readHierarchies()) {
    const root = join(folder, path);
    if (!existsSync(root)) continue;
    await waitUntil(() => removeTree(root), { what: `empty cgroup ${root}`, withinMs: EMPTY_MS });
  }
}

/** Where cgroups with that name at the top are now. */
export function findCgroups(name: string): readonly string[] {
  return readHierarchies()
    .map(({ folder }) => join(folder, name))
    .filter((path) => existsSync(path));
}

type Hierarchy = { readonly folder: string; readonly version: 1 | 2 };

/** A machine of version 1 may mount version 2 beside it, without controllers: only one of them counts. */
function readHierarchies(): readonly Hierarchy[] {
  const mounts = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "));
  const ofType = (type: string): string[] =>
    mounts.filter((fields) => fields[2] === type).map((fields) => fields[1] ?? "");
  const version1 = ofType("cgroup").map((folder) => ({ folder, version: 1 as const }));
  return version1.length > 0
    ? version1
    : ofType("cgroup2").map((folder) => ({ folder, version: 2 as const }));
}

function enableControllers(folder: string): void {
  const names = readFileSync(join(folder, "cgroup.controllers"), "utf8").trim().split(" ");
  for (const name of names.filter((each) => each !== ""))
    writeFileSync(join(folder, "cgroup.subtree_control"), `+${name}`);
}

/** True when it is gone; the kernel refuses while a process in it is still ending. */
function removeTree(folder: string): boolean {
  if (!existsSync(folder)) return true;
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeTree(join(folder, entry.name));
  rmdirSync(folder);
  return true;
}
