import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { verifySignature } from "@ganglion/keys";
import { genesisHash } from "@ganglion/ledger";
import { ensureBinary } from "../gen/cometbftBinary.ts";
import { accountsOf } from "../gen/cometbftNode.ts";
import { type SignedTransfer, signTransfer } from "../gen/funded.ts";
import { type BenchNetwork, benchGenesis, startKvstore, startLedgerNetwork } from "./benchNetwork.ts";
import { BenchRpc, spread } from "./benchRpc.ts";
import type { Figure } from "./block.bench.ts";

const ACCOUNTS = 1_000;
const ROUNDS = 20;
const FOUR_ROUNDS = 8;
const BARE = 4_000;
const INTERVAL_MS = 200;
const GAPS_MS = 8_000;
const FLOOD = 60_000;
const POLL_MS = 50;
const COMMIT_MS = 180_000;

/** Committed transfers against the bare verification of their signatures, and against an application without any. */
export async function benchCometbft(): Promise<Figure[]> {
  ensureBinary();
  const one = transfers(1, ROUNDS);
  const before = bareRate(one);
  const oneNode = await withNetwork(startLedgerNetwork(1, LOAD), (rpc) => rateOf(rpc, bytesOf(one)));
  const between = bareRate(one);
  const fourNodes = await withNetwork(startLedgerNetwork(4, LOAD), (rpc) =>
    rateOf(rpc, bytesOf(transfers(4, FOUR_ROUNDS))),
  );
  const kvstore = await withNetwork(startKvstore(INTERVAL_MS), (rpc) => rateOf(rpc, randomPairs(one)));
  const bare = (before + between) / 2;
  const gaps = await withNetwork(startLedgerNetwork(1, LOAD), gapsOf);
  return [
    { name: "bare verification on one core", value: bare, unit: "signatures/s" },
    { name: "committed transfers, one node", value: oneNode, unit: "tx/s" },
    { name: "one node / bare verification", value: oneNode / bare, unit: "x", aim: ">= 0.5" },
    { name: "committed transfers, four nodes on this machine", value: fourNodes, unit: "tx/s" },
    { name: "four nodes / bare verification", value: fourNodes / bare, unit: "x" },
    { name: "CometBFT's kvstore without signatures", value: kvstore, unit: "tx/s" },
    { name: "one node / kvstore", value: oneNode / kvstore, unit: "x" },
    { name: "block gap p95 without load", value: gaps.idle, unit: "ms" },
    { name: "block gap p95 under a flood of CheckTx", value: gaps.flooded, unit: "ms" },
    { name: "flooded / without", value: gaps.flooded / gaps.idle, unit: "x", aim: "<= 1.5" },
  ];
}

const LOAD = { blockIntervalMs: INTERVAL_MS, accounts: ACCOUNTS };

async function withNetwork<Result>(
  starting: Promise<BenchNetwork>,
  run: (rpc: BenchRpc) => Promise<Result>,
): Promise<Result> {
  const network = await starting;
  const rpc = new BenchRpc(network.rpc);
  try {
    await rpc.started();
    return await run(rpc);
  } finally {
    rpc.close();
    await network.close();
  }
}

function transfers(validators: number, rounds: number, nonceFrom = 0): SignedTransfer[] {
  const accounts = accountsOf(ACCOUNTS);
  const hash = genesisHash(benchGenesis(validators));
  return Array.from({ length: ACCOUNTS * rounds }, (_, i) =>
    signTransfer(accounts, i % ACCOUNTS, nonceFrom + Math.floor(i / ACCOUNTS), { hash }),
  );
}

function bytesOf(signed: readonly SignedTransfer[]): Uint8Array[] {
  return signed.map(({ bytes }) => bytes);
}

/** As large as transfers. */
function randomPairs(like: readonly SignedTransfer[]): Uint8Array[] {
  return like.map(({ bytes }, i) => {
    const value = randomBytes(bytes.length >> 1).toString("hex");
    return Uint8Array.from(Buffer.from(`${i}=${value}`.slice(0, bytes.length)));
  });
}

/** Signatures a second. */
function bareRate(signed: readonly SignedTransfer[]): number {
  const startedAt = performance.now();
  for (const { key, message, signature } of signed.slice(0, BARE)) verifySignature(key, message, signature);
  return (BARE * 1_000) / (performance.now() - startedAt);
}

/** Transactions a second, from the first that is sent to the last that is in a block. */
async function rateOf(rpc: BenchRpc, transactions: readonly Uint8Array[]): Promise<number> {
  const from = await rpc.height();
  const startedAt = performance.now();
  await rpc.sendAll(spread(transactions, ACCOUNTS));
  let committed = 0;
  let height = from;
  while (committed < transactions.length) {
    if (performance.now() - startedAt > COMMIT_MS)
      throw new Error(`only ${committed} of ${transactions.length} in blocks`);
    for (const block of await rpc.blocksAbove(height)) {
      committed += block.transactions;
      height = block.height;
    }
    await setTimeout(POLL_MS);
  }
  return (committed * 1_000) / (performance.now() - startedAt);
}

/** Milliseconds between blocks at the 95th percentile, without load and under transactions that no block can take. */
async function gapsOf(rpc: BenchRpc): Promise<{ readonly idle: number; readonly flooded: number }> {
  const calm = await rpc.height();
  await setTimeout(GAPS_MS);
  const idle = p95Gap(await rpc.blocksAbove(calm));
  const late = bytesOf(transfers(1, FLOOD / ACCOUNTS)).map((bytes) =>
    bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1),
  );
  const from = await rpc.height();
  let isOver = false;
  const flood = rpc.sendAll(spread(late, ACCOUNTS), () => isOver);
  await setTimeout(GAPS_MS);
  isOver = true;
  const flooded = p95Gap(await rpc.blocksAbove(from));
  await flood;
  return { idle, flooded };
}

function p95Gap(blocks: readonly { readonly timeMs: number }[]): number {
  const gaps = blocks.slice(1).map(({ timeMs }, i) => timeMs - (blocks[i]?.timeMs ?? timeMs));
  return gaps.toSorted((a, b) => a - b)[Math.ceil(gaps.length * 0.95) - 1] ?? Number.NaN;
}

if (import.meta.main)
  for (const figure of await benchCometbft()) process.stdout.write(`${JSON.stringify(figure)}\n`);
