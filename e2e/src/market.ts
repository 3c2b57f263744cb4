import { type ChainClient, createChainClient } from "@ganglion/client";
import { readRunFile } from "@ganglion/local";
import { createLogger } from "@ganglion/runtime/log";
import { GanglionError } from "@ganglion/types";
import type { Up } from "./runUp.ts";

const POLL_MS = 200;

/** A client of the network that runs in a state folder. @throws GanglionError LOCAL_NOT_RUNNING */
export function clientOf(stateDir: string): ChainClient {
  const { chains } = readRunFile(stateDir);
  return createChainClient({ endpoints: chains }, { logger: createLogger({ level: "silent" }) });
}

/** What the emission of all finished epochs says against what is there, in spikes. */
export type Issuance = {
  readonly epochs: number;
  readonly minted: bigint;
  readonly recycled: bigint;
  readonly issuance: bigint;
  /** Balances, stake and escrow together. */
  readonly held: bigint;
};

/** Adds up every epoch's report; asks again when a block came in between. */
export async function readIssuance(client: ChainClient): Promise<Issuance> {
  for (;;) {
    const before = await client.supply();
    const last = (await client.epochReport())?.epoch ?? -1;
    let minted = 0n;
    for (let epoch = 0; epoch <= last; epoch++) minted += await mintedIn(client, epoch);
    const after = await client.supply();
    if (before.minted !== after.minted || before.recycled !== after.recycled) continue;
    const { recycled, issuance, balances, staked, escrow } = after;
    return { epochs: last + 1, minted, recycled, issuance, held: balances + staked + escrow };
  }
}

/** Whether issuance is what was minted less what was recycled, and what all hold, to the last spike. */
export function isExact({ minted, recycled, issuance, held }: Issuance): boolean {
  return issuance === minted - recycled && issuance === held;
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

async function mintedIn(client: ChainClient, epoch: number): Promise<bigint> {
  const report = await client.epochReport(epoch);
  if (report === undefined) throw new GanglionError("E2E_NO_REPORT", `the report of epoch ${epoch} is gone`);
  return report.minted;
}
