import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { BUILD_MS, ensureBinary, LONE_NODE } from "../gen/cometbftBinary.ts";
import { seedOf } from "../gen/network.ts";
import { newFolder, optionsFor, runChain } from "../gen/runChain.ts";

beforeAll(ensureBinary, BUILD_MS);

const withNode = (folder: string, more = {}) => optionsFor(folder, { cometbft: LONE_NODE, ...more });

describe("a chain program with a CometBFT node", () => {
  it("hands the consensus key over once, for its user alone, and goes on with the same ledger", async () => {
    const folder = newFolder();
    const first = await runChain(withNode(folder));
    for await (const { height } of first.client.blocks(1, AbortSignal.timeout(30_000)))
      if (height >= 2) break;
    await first.stop();
    const key = join(folder, "cometbft", "config", "priv_validator_key.json");
    const signed = join(folder, "cometbft", "data", "priv_validator_state.json");
    const before = { key: statSync(key), text: readFileSync(key, "utf8") };
    expect(before.key.mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(signed, "utf8"))).not.toMatchObject({ height: "0" });

    await expect(runChain(withNode(folder, { consensusSeed: seedOf("x") }))).rejects.toMatchObject({
      code: "CHAIN_OTHER_CONSENSUS_KEY",
    });
    const again = await runChain(withNode(folder));
    const { height } = await again.client.status();
    expect(height).toBeGreaterThanOrEqual(2);
    for await (const block of again.client.blocks(height + 1, AbortSignal.timeout(30_000))) {
      expect(block.height).toBe(height + 1);
      break;
    }
    await again.stop();
    expect(statSync(key).mtimeMs).toBe(before.key.mtimeMs);
    expect(readFileSync(key, "utf8")).toBe(before.text);
    rmSync(folder, { recursive: true });
  });

  it("says how to build CometBFT where it is missing, and frees the folder", async () => {
    const folder = newFolder();
    const cometbft = { ...LONE_NODE, binary: join(folder, "nowhere") };
    await expect(runChain(optionsFor(folder, { cometbft }))).rejects.toMatchObject({
      code: "CHAIN_NODE_MISSING",
    });
    const solo = await runChain(optionsFor(folder));
    await solo.stop();
    rmSync(folder, { recursive: true });
  });

  it("refuses a folder whose path is too long for a socket", async () => {
    const folder = join(newFolder(), "x".repeat(100));
    await expect(runChain(withNode(folder))).rejects.toMatchObject({ code: "CHAIN_SOCKET_PATH_TOO_LONG" });
    rmSync(join(folder, ".."), { recursive: true });
  });

  it("needs a key to make blocks alone", async () => {
    const folder = newFolder();
    const { consensusSeed: _, ...keyless } = optionsFor(folder);
    await expect(runChain(keyless)).rejects.toMatchObject({ code: "CHAIN_NO_CONSENSUS_KEY" });
    rmSync(folder, { recursive: true });
  });
});
