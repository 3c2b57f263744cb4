import { rmSync } from "node:fs";
import { createSigner, verifySignature } from "@ganglion/keys";
import { applyBlock, type LedgerState, type VerifySignature } from "@ganglion/ledger";
import { openDatabase } from "../../src/io/database.ts";
import { useFastHasher } from "../../src/io/fastHasher.ts";
import { ChainStore } from "../../src/io/store.ts";
import { replayChain } from "../../src/replayChain.ts";
import { applicationOver, makeNextBlock } from "../gen/blocks.ts";
import { blockOf, fundedApplication, nextBlock, type SignedTransfer, signTransfer } from "../gen/funded.ts";
import { genesisWith } from "../gen/network.ts";
import { newFolder } from "../gen/runChain.ts";

const TRANSFERS = 1_000;
const ROUNDS = 15;
const WARM_ROUNDS = 3;
const EMPTY_BLOCKS = 400;

export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly aim?: string;
};

let rootMs = 0;

/** Measures every root of a ledger state from here on: the views of one SSZ type have a class of their own. */
function timeRoots({ view }: LedgerState): void {
  const shape = Object.getPrototypeOf(view) as { hashTreeRoot: () => Uint8Array };
  const original = shape.hashTreeRoot;
  shape.hashTreeRoot = function (this: typeof view) {
    const startedAt = performance.now();
    const root = original.call(this);
    rootMs += performance.now() - startedAt;
    return root;
  };
}

let verifyingMs = 0;
const timedVerify: VerifySignature = (key, message, signature) => {
  const startedAt = performance.now();
  const good = verifySignature(key, message, signature);
  verifyingMs += performance.now() - startedAt;
  return good;
};

type Sample = {
  readonly bare: number;
  readonly verify: number;
  readonly apply: number;
  readonly root: number;
  readonly commit: number;
  /** Of a proposal of the same transactions, verification aside. */
  readonly prepare: number;
  readonly process: number;
};

/** A block of 1,000 transfers by its parts, each against the bare verification of its signatures in the same run. */
export async function benchBlock(): Promise<Figure[]> {
  await useFastHasher();
  const folder = newFolder();
  const database = openDatabase(folder);
  const store = new ChainStore(database);
  const accounts = Array.from({ length: TRANSFERS }, (_, i) => createSigner(seedOf(i)));
  const application = fundedApplication(store, accounts, timedVerify);
  const start = application.state;
  timeRoots(start);
  const samples: Sample[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const transfers = accounts.map((_, i) => signTransfer(accounts, i, round));
    samples.push(runRound(application, transfers));
  }
  const median = (part: (sample: Sample) => number) => medianOf(samples.slice(WARM_ROUNDS).map(part));
  const ratio = (part: (sample: Sample) => number) => median((sample) => part(sample) / sample.bare);
  const replay = replayHeavy(store, start);
  await database.close();
  rmSync(folder, { recursive: true });
  const total = ({ verify, apply, root, commit }: Sample) => verify + apply + root + commit;
  return [
    { name: "bare verification of 1,000 signatures", value: median(({ bare }) => bare), unit: "ms" },
    { name: "block of 1,000 transfers", value: median(total), unit: "ms" },
    { name: "block / bare verification", value: ratio(total), unit: "x", aim: "<= 1.6" },
    { name: "  verify", value: ratio(({ verify }) => verify), unit: "x" },
    { name: "  apply", value: ratio(({ apply }) => apply), unit: "x" },
    { name: "  root", value: ratio(({ root }) => root), unit: "x" },
    { name: "  commit", value: ratio(({ commit }) => commit), unit: "x" },
    {
      name: "prepare a proposal / apply",
      value: median(({ prepare, apply }) => prepare / apply),
      unit: "x",
      aim: "<= 1",
    },
    {
      name: "process a proposal / apply",
      value: median(({ process, apply }) => process / apply),
      unit: "x",
      aim: "<= 1",
    },
    { name: "replay of such blocks", value: replay, unit: "blocks/s" },
    { name: "replay of empty blocks", value: await replayEmpty(), unit: "blocks/s" },
  ];
}

function runRound(application: ReturnType<typeof fundedApplication>, transfers: SignedTransfer[]): Sample {
  const bareAt = performance.now();
  for (const { key, message, signature } of transfers) verifySignature(key, message, signature);
  const bare = performance.now() - bareAt;
  const block = blockOf(
    application,
    transfers.map(({ bytes }) => bytes),
  );
  const proposal = runProposal(application, block.transactions);
  const rootedBefore = rootMs;
  const verifiedBefore = verifyingMs;
  const startedAt = performance.now();
  const { results } = application.finalizeBlock(block);
  const finalizedAt = performance.now();
  application.commit();
  const commit = performance.now() - finalizedAt;
  const failed = results.find(({ code }) => code !== "OK");
  if (failed !== undefined) throw new Error(failed.message);
  const root = rootMs - rootedBefore;
  const verify = verifyingMs - verifiedBefore;
  return { bare, verify, root, apply: finalizedAt - startedAt - verify - root, commit, ...proposal };
}

/** Before the node knows them as its own, then from its mempool, which is left empty. */
function runProposal(
  application: ReturnType<typeof fundedApplication>,
  transactions: readonly Uint8Array[],
): Pick<Sample, "prepare" | "process"> {
  for (const bytes of transactions) application.checkTx(bytes);
  const verifiedBefore = verifyingMs;
  const startedAt = performance.now();
  const verdict = application.processProposal({ ...nextBlock(application), transactions });
  const process = performance.now() - startedAt - (verifyingMs - verifiedBefore);
  const judgedAt = performance.now();
  const chosen = application.prepareProposal({ ...nextBlock(application), maxBytes: 1 << 22 });
  const prepare = performance.now() - judgedAt;
  if (verdict === "reject" || chosen.length !== transactions.length)
    throw new Error(`${verdict}, ${chosen.length}`);
  application.mempool.remove(application.mempool.waiting().map(({ hash }) => hash));
  return { prepare, process };
}

function replayHeavy(store: ChainStore, start: Parameters<typeof applyBlock>[0]): number {
  let state = start;
  const startedAt = performance.now();
  for (let height = 1; height <= ROUNDS; height++) {
    const block = store.decidedBlock(height);
    if (block === undefined) throw new Error(`no block ${height}`);
    state = applyBlock(state, { ...block, commitInfo: block.lastCommit }, { verifySignature }).state;
  }
  return (ROUNDS * 1_000) / (performance.now() - startedAt);
}

async function replayEmpty(): Promise<number> {
  const folder = newFolder();
  const database = openDatabase(folder);
  const application = applicationOver(database);
  while (application.head.height < EMPTY_BLOCKS) makeNextBlock(application);
  const startedAt = performance.now();
  const { blocks } = replayChain(new ChainStore(database), genesisWith(), verifySignature);
  const elapsedMs = performance.now() - startedAt;
  await database.close();
  rmSync(folder, { recursive: true });
  return (blocks * 1_000) / elapsedMs;
}

function seedOf(index: number): Uint8Array {
  const seed = new Uint8Array(32);
  new DataView(seed.buffer).setUint32(0, index + 1);
  return seed;
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (import.meta.main)
  for (const figure of await benchBlock()) process.stdout.write(`${JSON.stringify(figure)}\n`);
