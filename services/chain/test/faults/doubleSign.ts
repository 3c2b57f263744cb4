import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { verifySignature } from "@ganglion/keys";
import { applyBlock, readConsensusSet } from "@ganglion/ledger";
import { equalBytes, type LedgerEvent } from "@ganglion/types";
import { openDatabase } from "../../src/io/database.ts";
import { ChainStore } from "../../src/io/store.ts";
import { ACCOUNTS, accountsOf, genesisOf, type NodeSpec } from "../gen/cometbftNode.ts";
import { freePorts } from "../gen/cometbftRun.ts";
import { fundedApplication } from "../gen/funded.ts";
import { keyOf } from "../gen/network.ts";
import { newFolder } from "../gen/runChain.ts";
import { withNetwork } from "./faultNetwork.ts";
import type { Scenario } from "./scenario.ts";

const CHEAT = 3;
const ACCOUNTS_COUNT = 64;
/** More than are sent: without any, both would propose the same empty block. */
const LOAD = 5_000;
/** In the second epoch stake backs the keys. */
const STAKED = 13;
/** Of them the key that two nodes have proposes one of four. */
const BLOCKS = 24;
const CAUGHT_UP_MS = 180_000;

/** Two nodes sign with one key: the evidence that CometBFT finds burns the stake behind it and bars it for good. */
export const doubleSign: Scenario = {
  name: "doublesign",
  needsRoot: false,
  run: async () => {
    const [port = 0] = await freePorts(1);
    const plan = (specs: readonly NodeSpec[]) =>
      specs.map((spec) => ({ ...spec, accounts: ACCOUNTS_COUNT, mixed: LOAD }));
    return await withNetwork({ plan }, async (network) => {
      await network.reachAll(STAKED);
      network.add(twinOf(network.specs, port));
      await network.child(network.specs.length - 1).reach(network.height, CAUGHT_UP_MS);
      await network.reachAll(network.height + BLOCKS, CAUGHT_UP_MS);
      await network.stop();
      const [spec] = network.specs;
      if (spec === undefined) throw new RangeError("no node was planned");
      const { faults, isBarred, power } = await punishmentsOf(spec);
      const [first] = faults;
      return [
        {
          check: "CometBFT's evidence of two votes is in a block",
          holds: first !== undefined,
          figure: first === undefined ? "none" : `of height ${first.height}`,
        },
        {
          check: "the key's stake is slashed, once",
          holds: faults.filter(({ burned }) => burned > 0n).length === 1,
          figure: faults.map(({ burned, backing }) => `${burned} of ${backing} spikes`).join(", "),
        },
        {
          check: "the validator is barred and loses its power",
          holds: isBarred,
          figure: `power ${power}`,
        },
        ...(await network.verify()),
      ];
    });
  },
};

/** Dialled by nobody, and dials all. */
function twinOf(specs: readonly NodeSpec[], p2pPort: number): NodeSpec {
  const [first] = specs;
  const cheat = specs[CHEAT];
  if (first === undefined || cheat === undefined) throw new RangeError("too few nodes");
  const folder = join(dirname(cheat.folder), "twin");
  mkdirSync(folder);
  const all = new Set([...cheat.peers, ...first.peers]);
  const peers = [...all].filter((peer) => !peer.endsWith(`:${cheat.p2pPort}`));
  return { ...cheat, folder, p2pPort, peers, proposes: "nothing", mixed: 0 };
}

type Punished = Extract<LedgerEvent, { kind: "FaultPunished" }>;

async function punishmentsOf({ folder, validators, ledger, accounts = ACCOUNTS.length }: NodeSpec) {
  const recorded = openDatabase(folder);
  const fresh = openDatabase(newFolder());
  const store = new ChainStore(recorded);
  const application = fundedApplication(
    new ChainStore(fresh),
    accountsOf(accounts),
    verifySignature,
    genesisOf(validators, ledger),
  );
  const faults: Punished[] = [];
  for (let height = 1; ; height++) {
    const block = store.decidedBlock(height);
    if (block === undefined) break;
    if (block.misbehaviour.length > 0) {
      const { lastCommit, ...input } = block;
      const { events } = applyBlock(
        application.state,
        { ...input, commitInfo: lastCommit },
        { verifySignature },
      );
      faults.push(...events.filter((event) => event.kind === "FaultPunished"));
    }
    application.finalizeBlock(block);
    application.commit();
  }
  const hotkey = keyOf(`validator-${CHEAT}`).publicKey;
  const set = readConsensusSet(application.state);
  const cheat = set.find((key) => equalBytes(key.hotkey, hotkey));
  await recorded.close();
  await fresh.close();
  const honest = set.filter((key) => key !== cheat).map(({ power }) => power);
  const power = cheat?.power ?? 0n;
  return { faults, power, isBarred: cheat?.tombstoned !== false && honest.every((other) => other > power) };
}
