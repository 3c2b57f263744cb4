import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cometbftBinary } from "../../src/index.ts";

export const BUILD_MS = 600_000;
export const BINARY = cometbftBinary(process.env["GANGLION_CACHE"] ?? join(homedir(), ".cache", "ganglion"));

/** Builds it as `make cometbft` does where it is missing. */
export function ensureBinary(): void {
  if (existsSync(BINARY)) return;
  const script = fileURLToPath(new URL("../../../../e2e/src/buildCometbft.ts", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8", timeout: BUILD_MS });
  if (status !== 0) throw new Error(stderr);
}

/** Settings of a node without peers, which decides alone. */
export const LONE_NODE = {
  binary: BINARY,
  p2pHost: "127.0.0.1",
  p2pPort: 0,
  persistentPeers: [],
  allowPrivatePeers: true,
};
