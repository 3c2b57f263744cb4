import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { GanglionError } from "@ganglion/types";
import { buildArguments, COMPONENTS, type Component, type Program } from "../core/components.ts";
import { holdLock } from "./holdLock.ts";
import { runCommand, tryCommand } from "./runCommand.ts";

/** The harness's own folder: modules, programs, manifests. */
export const HARNESS = fileURLToPath(new URL("../..", import.meta.url));

const SUMS = "SHA256SUMS";
/** One program from an empty cache on a busy machine. */
const LONGEST_BUILD_MS = 3_600_000;
const OLDEST_GO = 26;

export type BuildOptions = {
  /** Names of programs; those that are there and whole are not built again. */
  readonly programs: readonly string[];
  /** Told of each step. */
  readonly say: (text: string) => void;
};

/**
 * Builds what is missing out of pinned Go modules and gives the folder of the programs. The folder's name is a
 * hash of all pins, so other pins are other programs. One build at a time; an interrupted one goes on.
 * @throws GanglionError CLUSTER_GO | CLUSTER_COMMAND
 */
export async function buildPrograms({ programs, say }: BuildOptions): Promise<string> {
  const folder = join(cacheRoot(), pinsDigest());
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  const wanted = COMPONENTS.flatMap((component) =>
    component.programs
      .filter(({ name }) => programs.includes(name))
      .map((program) => ({ component, program })),
  );
  if ((await findMissing(folder, wanted)).length === 0) return bin;
  const release = await holdLock(join(folder, "lock"), () => say("another build runs; waiting for it"));
  try {
    const missing = await findMissing(folder, wanted);
    if (missing.length > 0) await assertGo();
    for (const [index, { component, program }] of missing.entries())
      await buildProgram(folder, component, program, (text) => say(`${index + 1}/${missing.length} ${text}`));
  } finally {
    release();
  }
  return bin;
}

/** Where built programs and images live: GANGLION_CACHE or ~/.cache/ganglion, then cluster/. */
export function cacheRoot(): string {
  return join(process.env["GANGLION_CACHE"] ?? join(homedir(), ".cache", "ganglion"), "cluster");
}

type Wanted = { readonly component: Component; readonly program: Program };

async function findMissing(folder: string, wanted: readonly Wanted[]): Promise<readonly Wanted[]> {
  const sums = readSums(folder);
  const verdicts = await Promise.all(
    wanted.map(async ({ program: { name } }) => {
      const path = join(folder, "bin", name);
      return existsSync(path) && (await fileDigest(path)) === sums.get(name);
    }),
  );
  return wanted.filter((_, index) => verdicts[index] !== true);
}

async function buildProgram(
  folder: string,
  component: Component,
  program: Program,
  say: (text: string) => void,
): Promise<void> {
  const startedMs = performance.now();
  say(`building ${program.name}`);
  const path = join(folder, "bin", program.name);
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
  });
  const digest = await fileDigest(unfinished);
  renameSync(unfinished, path);
  const sums = readSums(folder).set(program.name, digest);
  const lines = [...sums].map(([name, sum]) => `${sum}  bin/${name}\n`).join("");
  writeFileSync(join(folder, `${SUMS}.new`), lines);
  renameSync(join(folder, `${SUMS}.new`), join(folder, SUMS));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  say(`built ${program.name} in ${seconds} s, ${Math.round(statSync(path).size / 1e6)} MB`);
}

/** In the form of sha256sum, so that `sha256sum -c` reads it too. */
function readSums(folder: string): Map<string, string> {
  const path = join(folder, SUMS);
  if (!existsSync(path)) return new Map();
  return new Map(
    readFileSync(path, "utf8")
      .split("\n")
      .flatMap((line) => {
        const [, sum, name] = /^([0-9a-f]{64}) {2}bin\/(.+)$/.exec(line) ?? [];
        return sum !== undefined && name !== undefined ? [[name, sum] as const] : [];
      }),
  );
}

function pinsDigest(): string {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  for (const component of COMPONENTS) {
    hash.update(`${JSON.stringify(component)}\n`);
    for (const name of ["go.mod", "go.sum", "main.go"]) {
      const path = join(HARNESS, component.folder, name);
      if (existsSync(path)) hash.update(readFileSync(path));
    }
  }
  return hash.digest("hex").slice(0, 16);
}

async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

async function assertGo(): Promise<void> {
  const { stdout } = await tryCommand("go", ["env", "GOVERSION"]);
  const minor = Number(/^go1\.(\d+)/.exec(stdout)?.[1] ?? 0);
  if (minor < OLDEST_GO)
    throw new GanglionError(
      "CLUSTER_GO",
      `the cluster is built by Go 1.${OLDEST_GO} or later, found "${stdout.trim()}": install it from https://go.dev/dl`,
    );
}
