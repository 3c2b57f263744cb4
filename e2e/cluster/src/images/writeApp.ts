import { cpSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { closeWorkspaces, type Workspace } from "../core/closeWorkspaces.ts";
import { runCommand } from "../io/runCommand.ts";

/** The repository's root. */
export const REPOSITORY = fileURLToPath(new URL("../../../..", import.meta.url));

/** What a package needs to run: no tests, no documents, no tool settings. */
const SHIPPED = ["package.json", "src", "bin", "networks"];
/** Of packages from the registry: for developers only. */
const PRUNED = [
  "**/*.map",
  "**/*.d.ts",
  "**/*.d.mts",
  "**/*.d.cts",
  "**/*.md",
  "**/.package-lock.json",
  "**/*.musl.node",
];
const INSTALL_MS = 600_000;

/**
 * Writes the sources of a package's closure to `sources` and its production dependencies to `dependencies`, both as
 * they lie below /app. Versions and hashes come from the lock file.
 */
export async function writeApp(
  name: string,
  { sources, dependencies }: { readonly sources: string; readonly dependencies: string },
): Promise<void> {
  mkdirSync(dependencies, { recursive: true });
  copyTo(sources, "package.json");
  for (const workspace of closeWorkspaces(readWorkspaces(), name))
    for (const part of SHIPPED) copyTo(sources, join(workspace.folder, part));
  for (const file of ["package-lock.json", ".npmrc"]) copyTo(sources, file);
  await runCommand("npm", ["install", "--no-save", "--omit=dev", "--prefer-offline", "--workspace", name], {
    cwd: sources,
    deadlineMs: INSTALL_MS,
  });
  for (const file of ["package-lock.json", ".npmrc"]) rmSync(join(sources, file));
  const modules = join(sources, "node_modules");
  prune(modules);
  cpSync(modules, join(dependencies, "node_modules"), { recursive: true, verbatimSymlinks: true });
  rmSync(modules, { recursive: true });
}

function readWorkspaces(): readonly Workspace[] {
  return globSync(["services/*/package.json", "services/lib/*/package.json", "operator/package.json"], {
    cwd: REPOSITORY,
  }).map((path) => {
    const { name, dependencies = {} } = JSON.parse(readFileSync(join(REPOSITORY, path), "utf8")) as {
      readonly name: string;
      readonly dependencies?: Readonly<Record<string, string>>;
    };
    return { name, folder: dirname(path), dependencies: Object.keys(dependencies) };
  });
}

function copyTo(root: string, path: string): void {
  const from = join(REPOSITORY, path);
  if (!existsSync(from)) return;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  cpSync(from, join(root, path), { recursive: true });
}

function prune(modules: string): void {
  for (const path of globSync(PRUNED, { cwd: modules })) rmSync(join(modules, path), { force: true });
  keepOnly(join(modules, "onnxruntime-node", "bin", "napi-v6"), process.platform);
  keepOnly(join(modules, "onnxruntime-node", "bin", "napi-v6", process.platform), process.arch);
}

/** The package brings every platform's libraries, 288 MB; one image needs one. */
function keepOnly(folder: string, name: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder))
    if (entry !== name) rmSync(join(folder, entry), { recursive: true });
}
