import { setTimeout } from "node:timers/promises";
import { type GenesisDoc, type Receipt, readHead, readSupply } from "@ganglion/ledger";
import { ACTION_KINDS, decodeSignedTransaction, equalBytes } from "@ganglion/types";
import type { DecidedBlock } from "../../src/engine/application.ts";
import type { LedgerApplication } from "../../src/engine/ledgerApplication.ts";
import type { ChainStore } from "../../src/io/store.ts";
import { genesisOf, type NodeSpec } from "../gen/cometbftNode.ts";
import { restoreFrom } from "../gen/restoredNode.ts";
import { openSoloReplay } from "../gen/soloReplay.ts";
import { type FaultNetwork, withNetwork } from "./faultNetwork.ts";
import type { Finding, Scenario } from "./scenario.ts";

const ACCOUNTS = 400;
const TRANSACTIONS = 50_000;
/** Some of what a mempool takes is refused before its block. */
const SPARE = 1.25;
const NODES = 4;
const SENT_MS = 1_500_000;
const POLL_MS = 500;
/** Three epochs. */
const LEAST_HEIGHT = 31;
const RUNS = 2;
/** Heights between two snapshots from which a node begins. */
const SNAPSHOT_BLOCKS = 10;

/** A network under transactions of all kinds; what its blocks were is then executed by solo's application. */
export async function runReplay(
  transactions: number,
  say: (text: string) => void,
): Promise<readonly Finding[]> {
  const quota = Math.ceil((transactions * SPARE) / NODES);
  const plan = (specs: readonly NodeSpec[]) =>
    specs.map((spec) => ({ ...spec, accounts: ACCOUNTS, ledger: "halving" as const, mixed: quota }));
  return await withNetwork({ plan, blockIntervalMs: 300 }, async (network) => {
    await network.reachAll(1);
    await untilSent(network, quota, say);
    await network.reachAll(Math.max(network.height + 3, LEAST_HEIGHT));
    await network.stop();
    const [spec] = network.specs;
    if (spec === undefined) throw new RangeError("no node was planned");
    return [...(await replayWithCounts(spec, transactions)), ...(await network.verify())];
  });
}

export const replay: Scenario = {
  name: "replay",
  needsRoot: false,
  run: async ({ say }) => {
    const findings: Finding[] = [];
    for (let run = 1; run <= RUNS; run++) findings.push(...(await runReplay(TRANSACTIONS, say)));
    return findings;
  },
};

async function untilSent(network: FaultNetwork, quota: number, say: (text: string) => void): Promise<void> {
  const deadline = performance.now() + SENT_MS;
  for (let polls = 0; ; polls++) {
    const sent = network.specs.map((_, node) => network.child(node).sent);
    if (sent.every((count) => count >= quota)) return;
    const ended = network.specs.map((_, node) => network.child(node)).find(({ hasEnded }) => hasEnded);
    if (ended !== undefined) throw new Error(`a node ended: ${ended.errors}`);
    if (performance.now() > deadline) throw new Error(`sent only ${sent.join(" ")} of ${quota} each`);
    if (polls % 20 === 0) say(`sent ${sent.join(" ")} of ${quota} each, height ${network.height}`);
    await setTimeout(POLL_MS);
  }
}

/** What executing a node's blocks again showed. */
type Replayed = {
  /** First height whose root is another; 0: none. */
  readonly differs: number;
  /** Heights from whose snapshot a node went on, and the first whose next root was another; 0: none. */
  readonly restored: number;
  readonly strayed: number;
  readonly count: number;
  /** Kinds that took effect. */
  readonly done: ReadonlyMap<string, number>;
};

async function replayWithCounts(node: NodeSpec, wanted: number): Promise<readonly Finding[]> {
  const { recorded, application, close } = openSoloReplay(node);
  const first = readSupply(application.state).blockEmission;
  const genesis = genesisOf(node.validators, node.ledger);
  const { differs, restored, strayed, count, done } = await execute(recorded, application, genesis);
  const { height, epoch } = readHead(application.state);
  const last = readSupply(application.state).blockEmission;
  await close();
  const missing = ACTION_KINDS.filter((kind) => !done.has(kind));
  return [
    {
      check: "solo gives the same root block by block",
      holds: differs === 0,
      figure: `${height} blocks, ${count} transactions`,
    },
    {
      check: "restored from a snapshot at every tenth height: the same next root",
      holds: restored > 0 && strayed === 0,
      figure: strayed === 0 ? `${restored} snapshots` : `not after height ${strayed}`,
    },
    { check: `at least ${wanted} transactions`, holds: count >= wanted, figure: `${count}` },
    {
      check: "every kind took effect",
      holds: missing.length === 0 || wanted < TRANSACTIONS,
      figure: missing.length === 0 ? `${done.get("register")} registrations` : `none of ${missing.join(" ")}`,
    },
    { check: "several epochs", holds: epoch >= 3, figure: `${epoch}` },
    {
      check: "emission halved",
      // How much a short run mints depends on which epochs its few weights fall into.
      holds: last < first || wanted < TRANSACTIONS,
      figure: `${first} to ${last} spikes a block`,
    },
  ];
}

async function execute(
  recorded: ChainStore,
  application: LedgerApplication,
  genesis: GenesisDoc,
): Promise<Replayed> {
  const done = new Map<string, number>();
  let count = 0;
  let restored = 0;
  for (let height = 1; ; height++) {
    const block = recorded.decidedBlock(height);
    if (block === undefined) return { differs: 0, restored, strayed: 0, count, done };
    const { appHash, results } = application.finalizeBlock(block);
    if (application.head.height > 0 && application.head.height % SNAPSHOT_BLOCKS === 0) {
      restored++;
      if (!equalBytes(await rootFromSnapshot(application, genesis, block), appHash))
        return { differs: 0, restored, strayed: height - 1, count, done };
    }
    application.commit();
    count += results.length;
    countKinds(block, results, done);
    if (!equalBytes(appHash, recorded.block(height)?.stateRoot ?? appHash.subarray(1)))
      return { differs: height, restored, strayed: 0, count, done };
  }
}

/** The root after a block on a node that begins with a snapshot of the state before it. */
async function rootFromSnapshot(
  application: LedgerApplication,
  genesis: GenesisDoc,
  block: DecidedBlock,
): Promise<Uint8Array> {
  const restored = await restoreFrom(application, genesis);
  const { appHash } = restored.application.finalizeBlock(block);
  await restored.close();
  return appHash;
}

function countKinds(
  { transactions }: DecidedBlock,
  results: readonly Receipt[],
  done: Map<string, number>,
): void {
  transactions.forEach((bytes, i) => {
    const { kind } = decodeSignedTransaction(bytes).body.action;
    if (results[i]?.code === "OK") done.set(kind, (done.get(kind) ?? 0) + 1);
  });
}
