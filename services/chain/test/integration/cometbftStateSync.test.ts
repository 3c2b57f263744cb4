import { mkdirSync, rmSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { bytesToHex } from "@ganglion/types";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { ensureNodeKey, nodeHome } from "../../src/engine/cometbft/nodeKeys.ts";
import type { ChainOptions } from "../../src/index.ts";
import { BUILD_MS, ensureBinary, LONE_NODE } from "../gen/cometbftBinary.ts";
import { freePorts } from "../gen/cometbftRun.ts";
import { seedStore, stateWithAccounts } from "../gen/manyAccounts.ts";
import { genesisWith } from "../gen/network.ts";
import { newFolder, optionsFor, type Running, runChain } from "../gen/runChain.ts";

/** Its trust lasts longer than the test. */
const GENESIS = genesisWith({ unbondingMs: 600_000, trustPeriodMs: 300_000 });
const ACCOUNTS = 100_000;
const SYNC_MS = 60_000;
const TEST_MS = 180_000;

beforeAll(ensureBinary, BUILD_MS);

type Place = {
  readonly folder: string;
  readonly p2pPort: number;
  readonly rpcAddress: string;
  readonly peer: string;
};

async function places(count: number): Promise<Place[]> {
  const root = newFolder();
  const ports = await freePorts(count * 2);
  return Array.from({ length: count }, (_, i) => {
    const folder = join(root, String(i));
    mkdirSync(folder);
    const p2pPort = ports[i * 2] ?? 0;
    const peer = `${ensureNodeKey(nodeHome(folder))}@127.0.0.1:${p2pPort}`;
    return { folder, p2pPort, rpcAddress: `127.0.0.1:${ports[i * 2 + 1]}`, peer };
  });
}

const optionsOf = (place: Place, peers: readonly Place[], more: Partial<ChainOptions> = {}): ChainOptions => {
  const { folder, p2pPort, rpcAddress } = place;
  const persistentPeers = peers.map(({ peer }) => peer);
  return optionsFor(folder, {
    genesis: GENESIS,
    blockIntervalMs: 500,
    checkInvariants: false,
    cometbft: { ...LONE_NODE, p2pPort, rpcAddress, persistentPeers },
    ...more,
  });
};

/** Without the key that signs: it follows. */
function follower({ consensusSeed: _, ...options }: ChainOptions): ChainOptions {
  return options;
}

async function reach({ client }: Running, height: number, withinMs: number): Promise<number> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const status = await client.status();
    if (status.height >= height) return status.height;
    if (performance.now() > deadline) throw new Error(`at ${status.height} instead of ${height}`);
    await setTimeout(100);
  }
}

describe("a fresh node among CometBFT peers", () => {
  it(
    "begins with a snapshot of 100,000 accounts from two peers, follows, and goes on after a restart",
    async () => {
      const [a, b, c] = await places(3);
      if (a === undefined || b === undefined || c === undefined) throw new RangeError();
      const state = stateWithAccounts(GENESIS, ACCOUNTS);
      for (const { folder } of [a, b]) await seedStore(folder, GENESIS, state);
      const snapshots = { everyBlocks: 5, kept: 3 };
      const maker = await runChain(optionsOf(a, [b], { snapshots }));
      const second = await runChain(follower(optionsOf(b, [a], { snapshots })));
      await reach(maker, 8, 60_000);
      await reach(second, 8, 60_000);

      const trusted = await blockAt(a.rpcAddress, 2);
      const stateSync = { servers: [a.rpcAddress, b.rpcAddress], trustHeight: 2, trustHash: trusted };
      const synced = optionsOf(c, [a, b]);
      const startedAt = performance.now();
      const cometbft = { ...LONE_NODE, ...synced.cometbft, stateSync };
      const fresh = await runChain(follower({ ...synced, cometbft }));
      const first = await reach(fresh, 5, SYNC_MS);
      process.stdout.write(
        `state sync to height ${first}: ${((performance.now() - startedAt) / 1_000).toFixed(1)} s\n`,
      );
      const target = (await maker.client.status()).height + 2;
      await reach(fresh, target, 30_000);
      process.stdout.write(`following: ${((performance.now() - startedAt) / 1_000).toFixed(1)} s\n`);
      const { earliestHeight } = await fresh.client.status();
      expect(earliestHeight).toBeGreaterThan(5);
      expect(await rootAt(fresh, target)).toBe(await rootAt(maker, target));

      await fresh.stop();
      const again = await runChain(follower({ ...synced, cometbft }));
      const later = (await maker.client.status()).height + 2;
      await reach(again, later, 30_000);
      expect(await rootAt(again, later)).toBe(await rootAt(maker, later));
      for (const one of [again, second, maker]) await one.stop();
      rmSync(join(a.folder, ".."), { recursive: true });
    },
    TEST_MS,
  );
});

async function rootAt({ client }: Running, height: number): Promise<string> {
  for await (const { stateRoot } of client.blocks(height, AbortSignal.timeout(10_000)))
    return bytesToHex(stateRoot);
  throw new Error(`no block ${height}`);
}

/** Hash of a block, as an operator would look it up. */
function blockAt(address: string, height: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  request(`http://${address}/block?height=${height}`, (reply) => {
    let text = "";
    reply.on("data", (chunk) => {
      text += String(chunk);
    });
    reply.once("end", () => resolve(/"hash":"([0-9A-F]{64})"/.exec(text)?.[1] ?? ""));
  })
    .once("error", reject)
    .end();
  return promise;
}
