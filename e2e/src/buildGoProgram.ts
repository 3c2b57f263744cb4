import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

export type GoProgram = {
  readonly name: string;
  readonly version: string;
  /** Path of the main package, in a module that `moduleFolder`'s go.mod and go.sum pin. */
  readonly package: string;
  readonly moduleFolder: string;
  readonly oldestGo: string;
  readonly path: string;
};

/** Go says nothing while it compiles, and who waits should see that it does. */
const PROGRESS_MS = 60_000;

/** GANGLION_CACHE, or ~/.cache/ganglion. */
export function cacheFolder(): string {
  return process.env["GANGLION_CACHE"] ?? join(homedir(), ".cache", "ganglion");
}

/**
 * Builds a program at its path unless it is there, and prints name, version, path and SHA-256 on one line. On a
 * failure it prints what to do and ends the process with 1.
 */
export async function buildGoProgram(program: GoProgram): Promise<void> {
  const { name, version, path } = program;
  if (!existsSync(path)) await build(program);
  const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
  process.stdout.write(`${name} ${version} ${path} sha256:${sha256}\n`);
}

async function build(program: GoProgram): Promise<void> {
  const { name, version, package: main, moduleFolder, oldestGo, path } = program;
  if (spawnSync("go", ["version"], { stdio: "ignore" }).status !== 0)
    stop(
      "GO_NEEDED",
      `Go ${oldestGo} or later is needed to build ${name}: install it from https://go.dev/dl`,
    );
  mkdirSync(dirname(path), { recursive: true });
  // Whole or not at all: another build may run, and this one may be interrupted.
  const made = `${path}.${process.pid}`;
  process.stderr.write(`building ${name} ${version} (one to four minutes)\n`);
  const args = ["build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", made, main];
  const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" };
  const startedMs = performance.now();
  const seconds = (): number => Math.round((performance.now() - startedMs) / 1000);
  const stillAlive = setInterval(
    () => process.stderr.write(`building ${name}, ${seconds()} s so far\n`),
    PROGRESS_MS,
  );
  const go = spawn("go", args, { cwd: moduleFolder, env, stdio: "inherit" });
  const [status] = (await once(go, "close")) as [number | null];
  clearInterval(stillAlive);
  if (status !== 0)
    stop("GO_BUILD_FAILED", "go build failed: see above; the Go module proxy must be reachable once");
  renameSync(made, path);
}

function stop(code: string, message: string): never {
  process.stderr.write(`error: ${message}  [${code}]\n`);
  process.exit(1);
}
