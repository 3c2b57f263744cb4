import { setTimeout } from "node:timers/promises";
import { readHead, readSupply } from "@ganglion/ledger";
import { ACTION_KINDS, bytesToHex, decodeSignedTransaction } from "@ganglion/types";
import type { NodeSpec } from "../gen/cometbftNode.ts";
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

async function replayWithCounts(node: NodeSpec, wanted: number): Promise<readonly Finding[]> {
  const { recorded: store, application, close } = openSoloReplay(node);
  const first = readSupply(application.state).blockEmission;
  const done = new Map<string, number>();
  let count = 0;
  let differs = 0;
  for (let height = 1; differs === 0; height++) {
    const block = store.decidedBlock(height);
    if (block === undefined) break;
    const { appHash, results } = application.finalizeBlock(block);
    application.commit();
    if (bytesToHex(appHash) !== bytesToHex(store.block(height)?.stateRoot ?? new Uint8Array(0)))
      differs = height;
    count += results.length;
    block.transactions.forEach((bytes, i) => {
      const { kind } = decodeSignedTransaction(bytes).body.action;
      if (results[i]?.code === "OK") done.set(kind, (done.get(kind) ?? 0) + 1);
    });
  }
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
    { check: `at least ${wanted} transactions`, holds: count >= wanted, figure: `${count}` },
    {
      check: "every kind took effect",
      holds: missing.length === 0 || wanted < TRANSACTIONS,
      figure: missing.length === 0 ? `${done.get("register")} registrations` : `none of ${missing.join(" ")}`,
    },
    { check: "several epochs", holds: epoch >= 3, figure: `${epoch}` },
    { check: "emission halved", holds: last < first, figure: `${first} to ${last} spikes a block` },
  ];
}
