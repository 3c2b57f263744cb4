import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cometbftBinary } from "@ganglion/chain";
import { defaultCacheDir } from "@ganglion/local";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runGanglion } from "../../src/runGanglion.ts";

const BUILD_MS = 600_000;
const BUILD = fileURLToPath(new URL("../../src/buildCometbft.ts", import.meta.url));
const state = mkdtempSync(join(tmpdir(), "ganglion-testnet-"));

beforeAll(() => {
  if (existsSync(cometbftBinary(defaultCacheDir()))) return;
  const { status, stderr } = spawnSync(process.execPath, [BUILD], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}, BUILD_MS);

afterAll(() => rmSync(state, { recursive: true, force: true }));

const testnet = (...args: readonly string[]) =>
  runGanglion(["testnet", "--state", state, "--block", "300ms", "--json", ...args]);

/** The last line is the summary. */
function summaryOf(stdout: string): { readonly height: number; readonly root?: string } {
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "{}") as { height: number; root?: string };
}

describe("ganglion testnet", () => {
  it("makes blocks with equal roots on all nodes, goes on at its next start, and is replayed alone", async () => {
    const first = await testnet("--nodes", "4", "--for", "25s");
    expect([first.code, first.stderr]).toEqual([0, ""]);
    const { height, root } = summaryOf(first.stdout);
    expect(height).toBeGreaterThan(2);
    expect(root).toMatch(/^[0-9a-f]{64}$/);

    const again = await testnet("--nodes", "4", "--for", "20s");
    expect([again.code, again.stderr]).toEqual([0, ""]);
    expect(summaryOf(again.stdout).height).toBeGreaterThan(height);

    const replayed = await runGanglion(["replay", "--state", state, "--json"]);
    expect(JSON.parse(replayed.stdout)).toMatchObject({ blocks: expect.any(Number) });
    expect(replayed.code).toBe(0);
  }, 150_000);

  it("refuses to go on with another number of validators", async () => {
    const other = await testnet("--nodes", "3", "--for", "5s");
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining("LOCAL_OTHER_NETWORK")]);
  });

  it.each(["0", "17"])("refuses %s nodes", async (nodes) => {
    const { code, stderr } = await testnet("--nodes", nodes);
    expect([code, stderr]).toEqual([1, expect.stringContaining("LOCAL_BAD_NODES")]);
  });
});
