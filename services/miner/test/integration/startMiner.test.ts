import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSigner, encodeAddress } from "@ganglion/keys";
import { addressOfKey, hexToBytes } from "@ganglion/types";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type MinerHandle, type MinerOptionsInput, startMiner } from "../../src/index.ts";
import { silentLogger } from "../gen/pluginHost.ts";
import { waitUntil } from "../gen/waitUntil.ts";

const seed = "ab".repeat(32);
const owner = encodeAddress(addressOfKey(createSigner(new Uint8Array(32).fill(9)).publicKey));

describe("startMiner", () => {
  let folder = "";
  const open: MinerHandle[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ganglion-start-"));
    await writeFile(join(folder, "seed"), `${seed}\n`);
  });
  afterEach(async () => {
    for (const miner of open.splice(0)) await miner.close();
    await rm(folder, { recursive: true });
  });

  /** Nobody listens at port 1, so the miner has no ledger. */
  async function start(change: Partial<MinerOptionsInput> = {}, signal?: AbortSignal): Promise<MinerHandle> {
    const options: MinerOptionsInput = {
      name: "test",
      network: { endpoints: ["127.0.0.1:1"], genesisHash: "00".repeat(32) },
      identity: { seedFile: join(folder, "seed"), owner },
      model: { plugin: "noise" },
      stateDir: join(folder, "state"),
      ...change,
    };
    const miner = await startMiner(options, { logger: silentLogger, ...(signal && { signal }) });
    open.push(miner);
    return miner;
  }

  it("listens under its hotkey and says that it waits for the ledger", async () => {
    const miner = await start();
    expect(miner.hotkey).toEqual(createSigner(hexToBytes(seed)).publicKey);
    expect(miner.port).toBeGreaterThan(0);
    expect(miner.status()).toMatchObject({ state: "waitingForChain", uid: undefined });
  });

  it("frees its port when it closes, and may close twice", async () => {
    const first = await start();
    await Promise.all([first.close(), first.close()]);
    const again = await start({ listen: { port: first.port } });
    expect(again.port).toBe(first.port);
  });

  it("closes when its signal aborts", async () => {
    const stop = new AbortController();
    const first = await start({}, stop.signal);
    stop.abort();
    await waitUntil(async () => {
      const again = await start({ listen: { port: first.port }, stateDir: join(folder, "other") }).catch(
        () => undefined,
      );
      return again?.port === first.port;
    });
  });

  it("says which port is in use", async () => {
    const { port } = await start();
    const second = start({ listen: { port }, stateDir: join(folder, "other") });
    await expect(second).rejects.toMatchObject({
      code: "GRPC_PORT_IN_USE",
      message: expect.stringContaining(String(port)),
    });
  });

  it("says which key it cannot read", async () => {
    const path = join(folder, "nothing");
    await expect(start({ identity: { seedFile: path, owner } })).rejects.toMatchObject({
      code: "MINER_BAD_KEY",
      data: { path },
    });
  });

  it("says that it cannot use its state folder", async () => {
    const stateDir = join(folder, "seed", "state");
    await expect(start({ stateDir })).rejects.toMatchObject({
      code: "MINER_BAD_STATE",
      data: { path: stateDir },
    });
  });

  it("says which option of a plug-in is wrong", async () => {
    const model = { plugin: "expert", options: { modelDirectory: "typo" } };
    await expect(start({ model })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining("modelDir"),
    });
  });
});
