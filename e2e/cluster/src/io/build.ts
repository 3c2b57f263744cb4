import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GanglionError } from "@ganglion/types";
import { buildArguments, COMPONENTS, type Component, type Program } from "../core/components.ts";
import { holdLock } from "./holdLock.ts";
import { digestOf } from "./packLayer.ts";
import { runCommand, tryCommand } from "./runCommand.ts";

/** The harness's own folder: modules, programs, manifests. */
export const HARNESS = fileURLToPath(new URL("../..", import.meta.url));

const SUMS = "SHA256SUMS";
/** One program from an empty cache on a busy machine. */
const LONGEST_BUILD_MS = 3_600_000;
/** Go says nothing while it compiles, and who waits should see that it does. */
const PROGRESS_MS = 60_000;
const OLDEST_GO = 26;

export type BuildOptions = {
  /** Names of programs; those that are there and whole are not built again. */
  readonly programs: readonly string[];
  /** Told of each step. */
  readonly say: (text: string) => void;
  /** Builds nothing: what is missing is an error. For callers that can't wait for minutes. */
  readonly mustBeBuilt?: boolean;
};

/**
 * Builds what is missing out of pinned Go modules and gives a folder that has all of them. Each component is kept
 * under a hash of its own pins, so a new pin builds one component. One build of it at a time; an interrupted one
 * goes on.
 * @throws GanglionError GO_NEEDED | CLUSTER_COMMAND | CLUSTER_NOT_BUILT
 */
export async function buildPrograms({ programs, say, mustBeBuilt = false }: BuildOptions): Promise<string> {
  const wanted = COMPONENTS.map((component) => ({
    component,
    folder: join(cacheRoot(), "programs", `${component.name}-${pinsDigest([component])}`),
    programs: component.programs.filter(({ name }) => programs.includes(name)),
  })).filter((each) => each.programs.length > 0);
  if (mustBeBuilt) await assertBuilt(wanted);
  else for (const each of wanted) await buildComponent(each, say);
  const bin = join(cacheRoot(), "bin", pinsDigest(COMPONENTS));
  mkdirSync(bin, { recursive: true });
  for (const { folder, programs: built } of wanted)
    for (const { name } of built) linkProgram(join(folder, name), join(bin, name));
  return bin;
}

/** Where built programs and images live: GANGLION_CACHE or ~/.cache/ganglion, then cluster/. */
export function cacheRoot(): string {
  return join(process.env["GANGLION_CACHE"] ?? join(homedir(), ".cache", "ganglion"), "cluster");
}

type Wanted = {
  readonly component: Component;
  readonly folder: string;
  readonly programs: readonly Program[];
};

async function buildComponent(wanted: Wanted, say: (text: string) => void): Promise<void> {
  const { component, folder } = wanted;
  if ((await findMissing(wanted)).length === 0) return;
  const release = await holdLock(join(folder, "lock"), () =>
    say(`another build of ${component.name} runs; waiting for it`),
  );
  try {
    const missing = await findMissing(wanted);
    if (missing.length > 0) await assertGo();
    for (const program of missing) await buildProgram(folder, component, program, say);
  } finally {
    release();
  }
}

async function assertBuilt(wanted: readonly Wanted[]): Promise<void> {
  const missing = (await Promise.all(wanted.map(findMissing))).flat().map(({ name }) => name);
  if (missing.length === 0) return;
  const names = missing.join(" ");
  throw new GanglionError(
    "CLUSTER_NOT_BUILT",
    `not built yet: ${names}; run make cluster-build ARGS="${names}", which takes minutes once`,
  );
}

async function findMissing({ folder, programs }: Wanted): Promise<readonly Program[]> {
  const sums = readSums(folder);
  const isWhole = await Promise.all(
    programs.map(async ({ name }) => {
      const path = join(folder, name);
      return existsSync(path) && (await digestOf(path)) === sums.get(name);
    }),
  );
  return programs.filter((_, index) => isWhole[index] !== true);
}

/** Atomic, so that two runs may do it at once. */
function linkProgram(target: string, link: string): void {
  const unfinished = `${link}.${process.pid}`;
  symlinkSync(target, unfinished);
  renameSync(unfinished, link);
}

async function buildProgram(
  folder: string,
  component: Component,
  program: Program,
  say: (text: string) => void,
): Promise<void> {
  const startedMs = performance.now();
  const seconds = (): number => (performance.now() - startedMs) / 1000;
  say(`building ${program.name}`);
  const stillAlive = setInterval(
    () => say(`building ${program.name}, ${Math.round(seconds())} s so far`),
    PROGRESS_MS,
  );
  const path = join(folder, program.name);
  const unfinished = `${path}.unfinished`;
  await runCommand("go", buildArguments(component, program, unfinished), {
    cwd: join(HARNESS, component.folder),
    deadlineMs: LONGEST_BUILD_MS,
    env: {
      ...process.env,
      CGO_ENABLED: "0",
      GOFLAGS: "-buildvcs=false -mod=readonly",
      GOTOOLCHAIN: "local",
      GOWORK: "off",
    },
  }).finally(() => clearInterval(stillAlive));
  const digest = await digestOf(unfinished);
  renameSync(unfinished, path);
  const sums = readSums(folder).set(program.name, digest);
  const lines = [...sums].map(([name, sum]) => `${sum}  ${name}\n`).join("");
  writeFileSync(join(folder, `${SUMS}.new`), lines);
  renameSync(join(folder, `${SUMS}.new`), join(folder, SUMS));
  say(`built ${program.name} in ${seconds().toFixed(1)} s, ${Math.round(statSync(path).size / 1e6)} MB`);
}

/** In the form of sha256sum, so that `sha256sum -c` reads it too. */
function readSums(folder: string): Map<string, string> {
  const path = join(folder, SUMS);
  if (!existsSync(path)) return new Map();
  return new Map(
    readFileSync(path, "utf8")
      .split("\n")
      .flatMap((line) => {
        const [, sum, name] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
        return sum !== undefined && name !== undefined ? [[name, sum] as const] : [];
      }),
  );
}

function pinsDigest(components: readonly Component[]): string {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  for (const component of components) {
    hash.update(`${JSON.stringify(component)}\n`);
    for (const name of ["go.mod", "go.sum", "main.go"]) {
      const path = join(HARNESS, component.folder, name);
      if (existsSync(path)) hash.update(readFileSync(path));
    }
  }
  return hash.digest("hex").slice(0, 16);
}

async function assertGo(): Promise<void> {
  const found = await tryCommand("go", ["env", "GOVERSION"]).then(
    ({ stdout }) => stdout.trim(),
    () => "none",
  );
  const minor = Number(/^go1\.(\d+)/.exec(found)?.[1] ?? 0);
  if (minor < OLDEST_GO)
    throw new GanglionError(
      "GO_NEEDED",
      `Kubernetes is built by Go 1.${OLDEST_GO} or later, found ${found}: install it from https://go.dev/dl`,
    );
}
