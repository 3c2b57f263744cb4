import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ChainClient } from "@ganglion/client";
import { asHeight, bytesToHex } from "@ganglion/types";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { ensureNodeKey, nodeHome, replayStopped } from "../../src/index.ts";
import { BUILD_MS, ensureBinary, LONE_NODE } from "../gen/cometbftBinary.ts";
import { freePorts } from "../gen/cometbftRun.ts";
import { genesisWith } from "../gen/network.ts";
import { MINER, MINER_OWNER, PATIENT, payMiner, until } from "../gen/paidMiner.ts";
import { newFolder, optionsFor, type Running, runChain } from "../gen/runChain.ts";

const GENESIS = genesisWith({
  ...PATIENT,
  feeSpikesPerByte: 0n,
  bootstrapEndHeight: 40,
  votingBlocks: 20,
  timeLockBlocks: 0,
});
/** An epoch takes three seconds. */
const BLOCK_MS = 300;
/** For a proposal and its vote. */
const DECISION_BLOCKS = 60;
/** More than an epoch under the new rules. */
const BLOCKS_AFTER = 12;
const OLD_VERSION = { upgrades: new Map() };
const SYNC_MS = 60_000;
const TEST_MS = 300_000;

/** By all stake there is, the miner's. @returns the height */
async function decideUpgrade(client: ChainClient): Promise<number> {
  await until(async () => (await client.governance()).roundStake > 0n);
  const height = asHeight((await client.status()).height + DECISION_BLOCKS);
  const content = { kind: "upgrade", height, name: "consensus-yuma3" } as const;
  await client.submit({ kind: "propose", content }, [MINER_OWNER]);
  await until(async () => (await client.governance()).proposals[0]?.status === "voting");
  const vote = { kind: "vote", proposal: 0, hotkey: MINER.publicKey, choice: "yes" } as const;
  await client.submit(vote, [MINER_OWNER]);
  await until(async () => (await client.governance()).upgradeHeight === height);
  return height;
}

async function rootAt({ client }: Running, height: number): Promise<string> {
  for await (const { stateRoot } of client.blocks(height, AbortSignal.timeout(SYNC_MS)))
    return bytesToHex(stateRoot);
  throw new RangeError(`no block ${height}`);
}

/** The old version on a folder until it stops. @returns the first height of the new rules, and the last root of the old */
async function runUntilStopped(options: ReturnType<typeof optionsFor>): Promise<[number, string]> {
  const old = await runChain(options, OLD_VERSION);
  await payMiner(old.client);
  const height = await decideUpgrade(old.client);
  await expect(old.chain.done).rejects.toMatchObject({
    code: "CHAIN_UPGRADE_NEEDED",
    message: expect.stringContaining(`block ${height} needs a version with the upgrade "consensus-yuma3"`),
  });
  expect((await old.client.status()).height).toBe(height - 1);
  expect((await old.client.params()).protocol.consensusMode).toBe("classic");
  const root = await rootAt(old, height - 1);
  await old.stop();
  return [height, root];
}

/** The new version where the old one stopped. */
async function goesOn(running: Running, height: number, before: string): Promise<void> {
  const { client } = running;
  expect(await rootAt(running, height - 1)).toBe(before);
  await rootAt(running, height + BLOCKS_AFTER);
  expect((await client.params()).protocol.consensusMode).toBe("yuma3");
}

describe("an upgrade that stake decides", () => {
  beforeAll(ensureBinary, BUILD_MS);

  it(
    "stops an engine of one process, and a version that knows it goes on to the same roots as a replay",
    async () => {
      const folder = newFolder();
      const options = optionsFor(folder, { genesis: GENESIS, blockIntervalMs: BLOCK_MS });
      const [height, before] = await runUntilStopped(options);
      const next = await runChain(options);
      await goesOn(next, height, before);
      await next.stop();
      const { blocks } = await replayStopped({ dataDir: folder, genesis: GENESIS });
      expect(blocks).toBeGreaterThanOrEqual(height + BLOCKS_AFTER);
      rmSync(folder, { recursive: true });
    },
    TEST_MS,
  );

  it(
    "stops a CometBFT node, a version that knows it goes on, and a fresh node follows from genesis",
    async () => {
      const root = newFolder();
      const [folder, fresh] = [join(root, "0"), join(root, "1")];
      for (const one of [folder, fresh]) mkdirSync(one);
      const [p2pPort = 0] = await freePorts(1);
      const options = optionsFor(folder, {
        genesis: GENESIS,
        blockIntervalMs: BLOCK_MS,
        cometbft: { ...LONE_NODE, p2pPort },
      });
      const [height, before] = await runUntilStopped(options);
      const next = await runChain(options);
      await goesOn(next, height, before);

      const persistentPeers = [`${ensureNodeKey(nodeHome(folder))}@127.0.0.1:${p2pPort}`];
      const { consensusSeed: _, ...keyless } = optionsFor(fresh, {
        genesis: GENESIS,
        blockIntervalMs: BLOCK_MS,
        cometbft: { ...LONE_NODE, persistentPeers },
      });
      const follower = await runChain(keyless);
      const last = height + BLOCKS_AFTER;
      expect(await rootAt(follower, last)).toBe(await rootAt(next, last));
      await follower.stop();
      await next.stop();
      const { blocks } = await replayStopped({ dataDir: folder, genesis: GENESIS });
      expect(blocks).toBeGreaterThanOrEqual(last);
      rmSync(root, { recursive: true });
    },
    TEST_MS,
  );
});
