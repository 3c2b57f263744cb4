import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { COMETBFT_VERSION } from "../../src/engine/cometbft/binaryPath.ts";
import { BINARY } from "../gen/cometbftBinary.ts";

const MODULE = "github.com/cometbft/cometbft";
const MODULE_FOLDER = fileURLToPath(new URL("../../../../e2e/cometbft", import.meta.url));
const NOW = "return Canonical(time.Now())";

/** CometBFT whose clock is off by so many milliseconds. */
export const CLOCK_OFFSET_VARIABLE = "GANGLION_TEST_CLOCK_OFFSET_MS";

/**
 * Builds the pinned CometBFT with a clock that an environment variable shifts, beside the true one. A Go program asks
 * the kernel itself, so nothing outside of it can give one process another time of day.
 */
export function ensureSkewedBinary(): string {
  const path = join(dirname(BINARY), "cometbft-skewed");
  if (existsSync(path)) return path;
  const folder = mkdtempSync(join(tmpdir(), "ganglion-skewed-"));
  try {
    cpSync(MODULE_FOLDER, folder, { recursive: true });
    const source = join(go(["list", "-m", "-f", "{{.Dir}}", MODULE], folder));
    cpSync(source, join(folder, "cometbft"), { recursive: true });
    go(["mod", "edit", `-replace=${MODULE}@${COMETBFT_VERSION}=./cometbft`], folder);
    shiftClock(join(folder, "cometbft", "types", "time", "time.go"));
    const made = join(dirname(BINARY), `cometbft-skewed.${process.pid}`);
    go(["build", "-mod=mod", "-trimpath", "-ldflags=-s -w", "-o", made, `${MODULE}/cmd/cometbft`], folder);
    renameSync(made, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return path;
}

/** Files of the module cache are read-only, so they are replaced. */
function shiftClock(path: string): void {
  const text = readFileSync(path, "utf8");
  if (!text.includes(NOW)) throw new Error(`${path} reads the clock in another way: adapt the shift`);
  const shifted = text
    .replace(NOW, "return Canonical(time.Now().Add(clockOffset))")
    .replace('import (\n\t"sort"', 'import (\n\t"os"\n\t"sort"\n\t"strconv"')
    .concat(`
var clockOffset = func() time.Duration {
	ms, _ := strconv.ParseInt(os.Getenv("${CLOCK_OFFSET_VARIABLE}"), 10, 64)
	return time.Duration(ms) * time.Millisecond
}()
`);
  rmSync(path, { force: true });
  writeFileSync(path, shifted);
}

function go(args: readonly string[], cwd: string): string {
  const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" };
  const { status, stdout, stderr } = spawnSync("go", args, { cwd, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`go ${args[0]} failed: ${stderr}`);
  return stdout.trim();
}
