/**
 * `node e2e/src/buildCometbft.ts`: builds CometBFT from its Go module, with the versions and checksums of
 * `e2e/cometbft/go.sum`, into the cache folder; does nothing where it is there already.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { COMETBFT_VERSION, cometbftBinary } from "@ganglion/chain";

const PACKAGE = "github.com/cometbft/cometbft/cmd/cometbft";
const MODULE_FOLDER = fileURLToPath(new URL("../cometbft", import.meta.url));

const path = cometbftBinary(process.env["GANGLION_CACHE"] ?? join(homedir(), ".cache", "ganglion"));
if (!existsSync(path)) build();
const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
process.stdout.write(`cometbft ${COMETBFT_VERSION} ${path} sha256:${sha256}\n`);

function build(): void {
  assertGo();
  mkdirSync(dirname(path), { recursive: true });
  const made = `${path}.${process.pid}`;
  process.stderr.write(`building cometbft ${COMETBFT_VERSION} (one to four minutes)\n`);
  const args = ["build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", made, PACKAGE];
  const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" };
  const { status } = spawnSync("go", args, { cwd: MODULE_FOLDER, env, stdio: "inherit" });
  if (status !== 0)
    stop("COMETBFT_BUILD_FAILED", "go build failed: see above; the Go module proxy must be reachable once");
  renameSync(made, path);
}

function assertGo(): void {
  if (spawnSync("go", ["version"], { stdio: "ignore" }).status === 0) return;
  stop("COMETBFT_NO_GO", "Go 1.25 or later is needed to build CometBFT: install it from https://go.dev/dl");
}

function stop(code: string, message: string): never {
  process.stderr.write(`error: ${message}  [${code}]\n`);
  process.exit(1);
}
