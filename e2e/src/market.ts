import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ChainClient, createChainClient } from "@ganglion/client";
import { parseGenesis } from "@ganglion/ledger";
import { readRunFile } from "@ganglion/local";
import { SPIKES_PER_GLN } from "@ganglion/params";
import { createLogger } from "@ganglion/runtime/log";
import { GanglionError } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import type { Up } from "./runUp.ts";

const POLL_MS = 200;
const BLOCKS_MS = 60_000;

/** A client of the network that runs in a state folder. @throws GanglionError LOCAL_NOT_RUNNING */
export function clientOf(stateDir: string): ChainClient {
  const { chains } = readRunFile(stateDir);
  return createChainClient({ endpoints: chains }, { logger: createLogger({ level: "silent" }) });
}

/** What the emission of all finished epochs should be against what is there, in spikes. */
export type Issuance = {
  readonly epochs: number;
  /** By rule EMIT, worked out here from the times of the blocks. */
  readonly due: bigint;
  /** By the ledger's own reports. */
  readonly minted: bigint;
  readonly recycled: bigint;
  readonly issuance: bigint;
  /** Balances, stake and escrow together. */
  readonly held: bigint;
};

/** Adds up all epochs; asks again when one ended in between. @throws GanglionError E2E_NO_REPORT | E2E_HALVED */
export async function readIssuance(client: ChainClient, stateDir: string): Promise<Issuance> {
  for (;;) {
    const before = await client.supply();
    const last = (await client.epochReport())?.epoch ?? -1;
    const reports: chain.EpochReport[] = [];
    for (let epoch = 0; epoch <= last; epoch++) reports.push(await reportOf(client, epoch));
    const due = await emissionDue(client, genesisMsOf(stateDir), reports);
    const after = await client.supply();
    if (before.minted !== after.minted || before.recycled !== after.recycled) continue;
    const minted = reports.reduce((sum, report) => sum + report.minted, 0n);
    const { recycled, issuance, balances, staked, escrow } = after;
    return { epochs: last + 1, due, minted, recycled, issuance, held: balances + staked + escrow };
  }
}

/** Whether issuance is what was due less what was recycled, and what all hold, to the last spike. */
export function isExact({ due, minted, recycled, issuance, held }: Issuance): boolean {
  return minted === due && issuance === due - recycled && issuance === held;
}

/** Milliseconds from the start of `up` to its first block above a height. @throws GanglionError E2E_TIMEOUT | E2E_ENDED */
export async function newBlockMs(up: Up, stateDir: string, above: number, withinMs: number): Promise<number> {
  await up.line(({ event }) => event === "firstBlock", withinMs);
  const client = clientOf(stateDir);
  const isAbove = async () => ((await client.status()).height > above ? true : undefined);
  try {
    await until(isAbove, withinMs, `block above ${above}`);
    return up.elapsedMs;
  } finally {
    client.close();
  }
}

/** Looks until there is something. @throws GanglionError E2E_TIMEOUT */
export async function until<T>(
  look: () => Promise<T | undefined>,
  withinMs: number,
  what: string,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new GanglionError("E2E_TIMEOUT", `no ${what} in ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function reportOf(client: ChainClient, epoch: number): Promise<chain.EpochReport> {
  const report = await client.epochReport(epoch);
  if (report === undefined) throw new GanglionError("E2E_NO_REPORT", `the report of epoch ${epoch} is gone`);
  return report;
}

/**
 * 1 GLN a counted block of each epoch that had a miner to pay, as long as no halving is reached: a second writing of
 * rules EMIT-1, EMIT-2 and EMIT-5 from times alone.
 */
async function emissionDue(
  client: ChainClient,
  genesisMs: number,
  reports: readonly chain.EpochReport[],
): Promise<bigint> {
  const { blockTargetMs, epochLengthBlocks, supplyCapSpikes } = (await client.params()).protocol;
  const endsMs = await blockTimesOf(
    client,
    reports.map(({ lastHeight }) => lastHeight),
  );
  let paidTimeMs = genesisMs;
  let counted = 0;
  reports.forEach(({ neurons }, epoch) => {
    const passed = Math.floor(((endsMs[epoch] ?? 0) - paidTimeMs) / blockTargetMs);
    paidTimeMs += passed * blockTargetMs;
    if (neurons.some(({ incentive }) => incentive > 0)) counted += Math.min(epochLengthBlocks, passed);
  });
  const due = BigInt(counted) * SPIKES_PER_GLN;
  if (due * 2n > supplyCapSpikes) throw new GanglionError("E2E_HALVED", "a halving was reached");
  return due;
}

/** In milliseconds, of ascending heights. */
async function blockTimesOf(client: ChainClient, heights: readonly number[]): Promise<readonly number[]> {
  const timesMs: number[] = [];
  for await (const { height, timeMs } of client.blocks(1, AbortSignal.timeout(BLOCKS_MS))) {
    if (height === heights[timesMs.length]) timesMs.push(timeMs);
    if (timesMs.length === heights.length) break;
  }
  return timesMs;
}

function genesisMsOf(stateDir: string): number {
  return parseGenesis(readFileSync(join(stateDir, "genesis.json"), "utf8")).timeMs;
}
