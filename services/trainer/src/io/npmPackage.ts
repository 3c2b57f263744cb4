import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { errorMessage, GanglionError } from "@ganglion/types";
import { z } from "zod";

const INSTALL_TIMEOUT_MS = 10 * 60_000;

export type NpmPackage = { readonly name: string; readonly version: string; readonly integrity: string };

const lockfile = z.object({ packages: z.record(z.string(), z.object({ integrity: z.string().optional() })) });

/**
 * Installs packages below `dir`, apart from any workspace and without running their scripts, and compares what npm
 * got with the pinned hashes.
 *
 * @throws GanglionError TRAINER_CORPUS_UNAVAILABLE | TRAINER_CORPUS_CHANGED
 */
export async function installPackages(
  dir: string,
  packages: readonly NpmPackage[],
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(dir, { recursive: true });
  const flags = [
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-save",
    "--package-lock",
    "--prefix",
    dir,
  ];
  const specs = packages.map(({ name, version }) => `${name}@${version}`);
  try {
    await promisify(execFile)("npm", ["install", ...flags, ...specs], {
      cwd: dir,
      timeout: INSTALL_TIMEOUT_MS,
      ...(signal && { signal }),
    });
  } catch (cause) {
    throw new GanglionError(
      "TRAINER_CORPUS_UNAVAILABLE",
      `npm cannot install ${specs.join(" and ")}: connect this machine to a package registry once, copy a filled cache folder from another machine (GANGLION_CACHE names it), or train from your own text (${lastLine(errorMessage(cause))})`,
      {},
      { cause },
    );
  }
  await checkIntegrity(dir, packages);
}

async function checkIntegrity(dir: string, packages: readonly NpmPackage[]): Promise<void> {
  const text = await readFile(join(dir, "node_modules", ".package-lock.json"), "utf8");
  const installed = lockfile.parse(JSON.parse(text)).packages;
  for (const { name, version, integrity } of packages)
    if (installed[`node_modules/${name}`]?.integrity !== integrity)
      throw new GanglionError(
        "TRAINER_CORPUS_CHANGED",
        `the registry's ${name}@${version} is not the one this program knows; check the registry in use`,
        { package: name },
      );
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
