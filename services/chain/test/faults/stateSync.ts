import { mkdirSync, rmSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { bytesToHex, errorCode } from "@ganglion/types";
import { ensureNodeKey, nodeHome } from "../../src/engine/cometbft/nodeKeys.ts";
import { type ChainOptions, replayStopped, rollbackStopped } from "../../src/index.ts";
import { LONE_NODE } from "../gen/cometbftBinary.ts";
import { freePorts } from "../gen/cometbftRun.ts";
import { seedStore, stateWithAccounts } from "../gen/manyAccounts.ts";
import { genesisWith } from "../gen/network.ts";
import { newFolder, optionsFor, type Running, runChain } from "../gen/runChain.ts";
import type { Finding, Scenario } from "./scenario.ts";

/** Its trust lasts longer than the scenario. */
const GENESIS = genesisWith({ unbondingMs: 1_200_000, trustPeriodMs: 600_000 });
const ACCOUNTS = 100_000;
const STEP_MS = 120_000;
const FOLLOWS_MS = 30_000;
const SNAPSHOTS = { everyBlocks: 5, kept: 3 };
/** Of the first snapshot. */
const FIRST = SNAPSHOTS.everyBlocks;

/** A fresh node begins with a snapshot of 100,000 accounts, and follows soon. */
export const stateSync: Scenario = {
  name: "statesync",
  needsRoot: false,
  run: async () => {
    const { findings, restoredMs, followedMs } = await runStateSync();
    return [
      ...findings,
      {
        check: "a fresh node follows within 30 s, state sync included",
        holds: followedMs <= FOLLOWS_MS,
        figure: `${seconds(followedMs)} after its start, ${seconds(restoredMs)} of them until it has the snapshot`,
      },
    ];
  },
};

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** What holds however busy the machine is, and the time. */
export async function runStateSync(): Promise<{
  readonly findings: readonly Finding[];
  /** Since the fresh node's start. */
  readonly restoredMs: number;
  readonly followedMs: number;
}> {
  const [a, b, c] = await places(3);
  if (a === undefined || b === undefined || c === undefined) throw new RangeError("too few places");
  const state = stateWithAccounts(GENESIS, ACCOUNTS);
  for (const { folder } of [a, b]) await seedStore(folder, GENESIS, state);
  const running: Running[] = [];
  const start = async (options: ChainOptions): Promise<Running> => {
    const one = await runChain(options);
    running.push(one);
    return one;
  };
  try {
    const maker = await start(optionsOf(a, [b], { snapshots: SNAPSHOTS }));
    const second = await start(follower(optionsOf(b, [a], { snapshots: SNAPSHOTS })));
    for (const one of [maker, second]) await reach(one, FIRST + 3);
    const trustHash = await blockAt(a.rpcAddress, 2);
    const servers = [a.rpcAddress, b.rpcAddress];
    const options = optionsOf(c, [a, b]);
    const cometbft = { ...LONE_NODE, ...options.cometbft, stateSync: { servers, trustHeight: 2, trustHash } };
    const fresh = follower({ ...options, cometbft });
    const startedAt = performance.now();
    const synced = await start(fresh);
    await reach(synced, FIRST);
    const restoredMs = performance.now() - startedAt;
    const followed = await catchUp(synced, maker);
    const followedMs = performance.now() - startedAt;
    const { earliestHeight } = await statusOf(synced);
    await synced.stop();
    running.pop();
    const replayed = await replayStopped({ dataDir: c.folder, genesis: GENESIS });
    const rolledBack = await rollbackStopped({ dataDir: c.folder, genesis: GENESIS }, LONE_NODE.binary);
    const restarted = await catchUp(await start(fresh), maker);
    const findings = [
      {
        check: "it begins with a snapshot, not at genesis",
        holds: earliestHeight > FIRST,
        figure: `its first block is ${earliestHeight}`,
      },
      { check: "it follows to the same roots", ...followed },
      {
        check: "stopped, it executes its blocks again, from that snapshot on",
        holds: replayed.blocks === rolledBack.height + 2 - earliestHeight,
        figure: `${replayed.blocks} blocks`,
      },
      { check: "and it follows after a restart, its last block taken back", ...restarted },
    ];
    return { findings, restoredMs, followedMs };
  } finally {
    for (const one of running.reverse()) await one.stop();
    rmSync(join(a.folder, ".."), { recursive: true });
  }
}

/** Until a node has a block that another had not made yet when it began. */
async function catchUp(node: Running, other: Running): Promise<Omit<Finding, "check">> {
  const target = (await statusOf(other)).height + 2;
  await reach(node, target);
  const holds = (await rootAt(node, target)) === (await rootAt(other, target));
  return { holds, figure: `height ${target}` };
}

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

async function reach(node: Running, height: number): Promise<void> {
  const deadline = performance.now() + STEP_MS;
  for (;;) {
    const { height: at } = await statusOf(node);
    if (at >= height) return;
    if (performance.now() > deadline) throw new Error(`at ${at} instead of ${height}`);
    await setTimeout(100);
  }
}

/** Three nodes share this process, which may be busy for longer than a call waits. */
async function statusOf({ client }: Running): ReturnType<Running["client"]["status"]> {
  const deadline = performance.now() + STEP_MS;
  for (;;) {
    try {
      return await client.status();
    } catch (error) {
      if (errorCode(error) !== "CLIENT_UNAVAILABLE" || performance.now() > deadline) throw error;
    }
  }
}

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
