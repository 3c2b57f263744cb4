/**
 * `node e2e/src/buildNatsServer.ts`: builds nats-server from its Go module, with the version and checksums of
 * `e2e/nats-server`, into the cache folder; does nothing where it is there already.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const VERSION = "v2.15.2";
const PACKAGE = "github.com/nats-io/nats-server/v2";
const MODULE_FOLDER = fileURLToPath(new URL("../nats-server", import.meta.url));

const cache = process.env["GANGLION_CACHE"] ?? join(homedir(), ".cache", "ganglion");
const path = join(cache, "nats-server", VERSION, "nats-server");
if (!existsSync(path)) build();
const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
process.stdout.write(`nats-server ${VERSION} ${path} sha256:${sha256}\n`);

function build(): void {
  assertGo();
  mkdirSync(dirname(path), { recursive: true });
  const made = `${path}.${process.pid}`;
  process.stderr.write(`building nats-server ${VERSION} (about a minute)\n`);
  const args = ["build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", made, PACKAGE];
  const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" };
  const { status } = spawnSync("go", args, { cwd: MODULE_FOLDER, env, stdio: "inherit" });
  if (status !== 0)
    stop("NATS_BUILD_FAILED", "go build failed: see above; the Go module proxy must be reachable once");
  renameSync(made, path);
}

function assertGo(): void {
  if (spawnSync("go", ["version"], { stdio: "ignore" }).status === 0) return;
  stop("NATS_NO_GO", "Go 1.26 or later is needed to build nats-server: install it from https://go.dev/dl");
}

function stop(code: string, message: string): never {
  process.stderr.write(`error: ${message}  [${code}]\n`);
  process.exit(1);
}
