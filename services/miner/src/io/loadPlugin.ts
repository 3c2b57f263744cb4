import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { errorMessage, GanglionError } from "@ganglion/types";
import type { Plugin } from "../plugin.ts";

const BUILT_IN: Readonly<Record<string, () => Promise<Plugin>>> = {
  copy: () => import("../plugins/copy.ts"),
  expert: () => import("../plugins/expert.ts"),
  lazy: () => import("../plugins/lazy.ts"),
  lookup: () => import("../plugins/lookup.ts"),
  noise: () => import("../plugins/noise.ts"),
};

/**
 * A built-in plug-in by its name, else the module at a path (`./x.ts`, `/x.mjs`) or of a package.
 * @throws GanglionError MINER_BAD_PLUGIN
 */
export async function loadPlugin(name: string): Promise<Plugin> {
  const builtIn = BUILT_IN[name];
  if (builtIn) return await builtIn();
  const specifier = /^[./]/u.test(name) ? pathToFileURL(resolve(name)).href : name;
  const module: unknown = await import(specifier).catch((cause: unknown) => {
    throw bad(name, `cannot be loaded (${errorMessage(cause)})`, cause);
  });
  if (!isPlugin(module)) throw bad(name, "does not export a function `load`");
  return module;
}

function isPlugin(module: unknown): module is Plugin {
  return (
    typeof module === "object" && module !== null && "load" in module && typeof module.load === "function"
  );
}

function bad(name: string, why: string, cause?: unknown): GanglionError {
  const known = Object.keys(BUILT_IN).join(", ");
  return new GanglionError(
    "MINER_BAD_PLUGIN",
    `the plug-in "${name}" ${why}: name one of ${known}, a path or a package`,
    { plugin: name },
    { cause },
  );
}
