import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { waitUntil } from "./waitUntil.ts";

/** What a kubelet manages. */
const CONTROLLERS = ["cpu", "cpuset", "hugetlb", "io", "memory", "pids"];
const EMPTY_MS = 20_000;

/** Makes a node's cgroup in every hierarchy, with all processors and controllers of its parent. */
export function createCgroup(path: string): void {
  const hierarchies = readHierarchies();
  const version = hierarchies.some((hierarchy) => hierarchy.version === 1) ? 1 : 2;
  for (const hierarchy of hierarchies.filter((each) => each.version === version)) {
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

/** A machine of version 1 may mount version 2 beside it, without controllers; runc makes its folders there too. */
function readHierarchies(): readonly Hierarchy[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .flatMap((line): readonly Hierarchy[] => {
      const [, folder = "", type] = line.split(" ");
      if (type === "cgroup") return [{ folder, version: 1 }];
      return type === "cgroup2" ? [{ folder, version: 2 }] : [];
    });
}

/** Only those that are off: on most machines the top has them all, and stays as it was. */
function enableControllers(folder: string): void {
  const read = (file: string): readonly string[] =>
    readFileSync(join(folder, file), "utf8").trim().split(" ");
  const [there, enabled] = [read("cgroup.controllers"), read("cgroup.subtree_control")];
  for (const name of CONTROLLERS)
    if (there.includes(name) && !enabled.includes(name))
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
