import { GanglionError } from "@ganglion/types";

/** A workspace package: where it lies and which packages it names. */
export type Workspace = {
  readonly name: string;
  /** Below the repository's root. */
  readonly folder: string;
  readonly dependencies: readonly string[];
};

/** A package of ours and all of ours that it needs, itself included, by folder. @throws GanglionError CLUSTER_USAGE */
export function closeWorkspaces(all: readonly Workspace[], name: string): readonly Workspace[] {
  const known = new Map(all.map((workspace) => [workspace.name, workspace]));
  const start = known.get(name);
  if (start === undefined) throw new GanglionError("CLUSTER_USAGE", `there is no package ${name}`);
  const found = new Set([start]);
  for (const { dependencies } of found)
    for (const dependency of dependencies) {
      const workspace = known.get(dependency);
      if (workspace) found.add(workspace);
    }
  return [...found].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}
