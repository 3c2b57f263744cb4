import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createChainClient } from "@ganglion/client";
import { encodeKeyfile, verifySignature } from "@ganglion/keys";
import { parseChildMessage } from "@ganglion/runtime/program";
import { describe, expect, it } from "@jest/globals";
import { openStore, replayChain, startChain, writeGenesis } from "../../src/index.ts";
import { openDatabase } from "../../src/io/database.ts";
import { CONSENSUS_SEED, genesisWith, seedOf } from "../gen/network.ts";
import { logger, newFolder, optionsFor, runChain } from "../gen/runChain.ts";

const MAIN = new URL("../../src/main.ts", import.meta.url).pathname;
const CRASH_CHILD = new URL("./crashChild.ts", import.meta.url).pathname;

async function folderWithBlocks(count = 3): Promise<string> {
  const folder = newFolder();
  const { client, stop } = await runChain(optionsFor(folder));
  for await (const { height } of client.blocks(1, new AbortController().signal)) if (height >= count) break;
  await stop();
  return folder;
}

const starting = (options: Parameters<typeof startChain>[0]) => startChain(options, { logger });

describe("a chain that cannot start says why", () => {
  it("names the process that holds the store", async () => {
    const folder = newFolder();
    const { stop } = await runChain(optionsFor(folder));
    await expect(starting(optionsFor(folder))).rejects.toMatchObject({
      code: "CHAIN_STORE_HELD",
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await stop();
  });

  it("takes over the lock of a process that is gone", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "holder.lock"), JSON.stringify({ pid: 999_999_99, startedAt: "1" }));
    const { stop } = await runChain(optionsFor(folder));
    await stop();
  });

  it("refuses a folder that cannot be one", async () => {
    const file = join(newFolder(), "file");
    writeFileSync(file, "");
    await expect(starting(optionsFor(join(file, "data")))).rejects.toMatchObject({
      code: "CHAIN_STORE_READ_ONLY",
    });
  });

  it("refuses the store of another genesis", async () => {
    const folder = await folderWithBlocks();
    const genesis = { ...genesisWith(), chainId: "another" };
    await expect(starting(optionsFor(folder, { genesis }))).rejects.toMatchObject({
      code: "CHAIN_STORE_OTHER_GENESIS",
    });
  });

  it("refuses the store of another version, whose genesis has another hash besides", async () => {
    const folder = await folderWithBlocks();
    const database = openDatabase(folder);
    database.write((batch) => batch.put("meta", Uint8Array.of(0), Uint8Array.of(1)));
    await database.close();
    const genesis = { ...genesisWith(), chainId: "another" };
    await expect(starting(optionsFor(folder, { genesis }))).rejects.toMatchObject({
      code: "CHAIN_STORE_OTHER_VERSION",
    });
  });

  it("refuses a consensus key that genesis does not name", async () => {
    await expect(starting(optionsFor(newFolder(), { consensusSeed: seedOf("x") }))).rejects.toMatchObject({
      code: "CHAIN_KEY_NOT_IN_GENESIS",
    });
  });

  it("refuses a truncated data file", async () => {
    const folder = await folderWithBlocks();
    truncateSync(join(folder, "data.mdb"), 40_960);
    await expect(starting(optionsFor(folder))).rejects.toMatchObject({ code: "CHAIN_STORE_CORRUPT" });
  });

  it("refuses a state that is not that of the last block", async () => {
    const folder = await folderWithBlocks();
    const database = openDatabase(folder);
    const [row] = database
      .range("state")
      .filter(({ key }) => Buffer.from(key).toString("latin1").startsWith("supply"));
    if (row === undefined) throw new Error("no supply row");
    const altered = Uint8Array.from(row.value, (byte, i) => (i === 0 ? byte ^ 1 : byte));
    database.write((batch) => batch.put("state", row.key, altered));
    await database.close();
    await expect(starting(optionsFor(folder))).rejects.toMatchObject({ code: "CHAIN_STORE_CORRUPT" });
  });

  it("refuses a clock far behind the last block, and starts once it is right", async () => {
    const folder = await folderWithBlocks();
    const clock = { nowMs: () => Date.UTC(2000, 0, 1) };
    await expect(startChain(optionsFor(folder), { logger, clock })).rejects.toMatchObject({
      code: "CHAIN_CLOCK_BEHIND",
    });
    const { stop } = await runChain(optionsFor(folder));
    await stop();
  });

  it("names the port that is taken, and leaves the store free", async () => {
    const first = await runChain();
    const options = optionsFor(newFolder(), { port: first.chain.port });
    await expect(starting(options)).rejects.toMatchObject({ code: "GRPC_PORT_IN_USE" });
    await first.stop();
    const second = await runChain(options);
    await second.stop();
  });
});

describe("a chain while its clock jumps", () => {
  it("keeps block times strictly rising and steps at most a minute ahead", async () => {
    let now = Date.UTC(2026, 5, 1);
    const clock = {
      nowMs: () => {
        now += 10;
        return now;
      },
    };
    const chain = await startChain(optionsFor(newFolder()), { logger, clock });
    const client = createChainClient({ endpoints: [chain.endpoint] }, { logger });
    const times: number[] = [];
    for await (const { height, timeMs } of client.blocks(1, new AbortController().signal)) {
      times.push(timeMs);
      if (height === 3) now -= 3_600_000;
      if (height === 6) now += 86_400_000;
      if (height === 10) break;
    }
    client.close();
    await chain.close();
    const steps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect(Math.min(...steps)).toBeGreaterThan(0);
    expect(Math.max(...steps)).toBeLessThanOrEqual(60_000);
  });
});

describe("a full disk", () => {
  it("stops the chain with a clear error and leaves all blocks usable", () => {
    const folder = newFolder();
    const script = `trap '' XFSZ; ulimit -f 256; exec "${process.execPath}" "${CRASH_CHILD}" "${folder}" 100000`;
    const { status, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
    expect(status).not.toBe(0);
    expect(stderr).toContain("CHAIN_STORE_WRITE_FAILED");
    const opened = openStore(folder);
    expect(replayChain(opened.store, genesisWith(), verifySignature).blocks).toBeGreaterThan(10);
    return opened.close();
  });
});

describe("the chain program", () => {
  it("goes on after kill -9 in mid-run, and its log replays to the same roots", async () => {
    const folder = newFolder();
    const config = writeConfig(folder);
    let last = 0;
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [MAIN, config], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
      const [message] = (await once(child, "message")) as [unknown];
      await passHeight(message, last + 3 + round);
      child.kill("SIGKILL");
      await once(child, "exit");
      const opened = openStore(join(folder, "data"));
      const { blocks } = replayChain(opened.store, genesisWith(), verifySignature);
      await opened.close();
      expect(blocks).toBeGreaterThan(last);
      last = blocks;
    }
  });

  it("stops when its parent goes away", async () => {
    const child = spawn(process.execPath, [MAIN, writeConfig(newFolder())], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    await once(child, "message");
    child.disconnect();
    const [code] = (await once(child, "exit")) as [unknown];
    expect(code).toBe(0);
  });
});

/** Resolves while the next block is being made. */
async function passHeight(ready: unknown, height: number): Promise<void> {
  const message = parseChildMessage(ready);
  if (message?.kind !== "ready") throw new Error(`not ready: ${JSON.stringify(ready)}`);
  const client = createChainClient({ endpoints: [String(message.facts["endpoint"])] }, { logger });
  const abort = AbortSignal.timeout(30_000);
  for await (const block of client.blocks(height, abort)) if (block.height >= height) break;
  client.close();
}

function writeConfig(folder: string): string {
  const path = join(folder, "config.json");
  writeGenesis(join(folder, "genesis.json"), genesisWith());
  writeFileSync(
    join(folder, "consensus.json"),
    encodeKeyfile({ kind: "hotkey", seed: CONSENSUS_SEED }, { kind: "plain" }),
  );
  const config = {
    dataDir: join(folder, "data"),
    genesisFile: join(folder, "genesis.json"),
    consensusKeyFile: join(folder, "consensus.json"),
    blockIntervalMs: 10,
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}
