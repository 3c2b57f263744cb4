import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { NodeSpec } from "../gen/cometbftNode.ts";
import { freePorts } from "../gen/cometbftRun.ts";
import { withNetwork } from "./faultNetwork.ts";
import { type Punishments, readPunishments } from "./punishments.ts";
import type { Finding, Scenario } from "./scenario.ts";

/** The last of the nodes. */
const CHEAT = 3;
const ACCOUNTS = 64;
/** More than are sent. Nothing leaves the pool behind the key, so that what burns can be told to the spike. */
const LOAD = { mixed: 5_000, kinds: ["transfer", "stake", "stake"] } as const;
/** In the second epoch stake backs the keys. */
const STAKED = 13;
/** After the key lost its power: longer than an update takes, and evidence of the last height. */
const BLOCKS_AFTER = 12;
/** For each step, on a machine that does much else. */
const STEP_MS = 240_000;

/** Two nodes sign with one key: the evidence that CometBFT finds burns the stake behind it and bars it for good. */
export const doubleSign: Scenario = {
  name: "doublesign",
  needsRoot: false,
  run: async () => {
    const [port = 0] = await freePorts(1);
    const plan = (specs: readonly NodeSpec[]) =>
      specs.map((spec) => ({ ...spec, ...LOAD, accounts: ACCOUNTS }));
    return await withNetwork({ plan }, async (network) => {
      await network.reachAll(STAKED, STEP_MS);
      const honest = network.specs.length - 1;
      network.add(twinOf(network.specs, port));
      await network.child(network.specs.length - 1).reach(network.height, STEP_MS);
      await network.child(0).reachKeys(honest, STEP_MS);
      await network.reachAll(network.height + BLOCKS_AFTER, STEP_MS);
      await network.stop();
      const [spec] = network.specs;
      if (spec === undefined) throw new RangeError("no node was planned");
      return [...judge(await readPunishments(spec, CHEAT)), ...(await network.verify())];
    });
  },
};

/** Dialled by nobody, and dials all. Where the key's other node votes for a block, it votes for none. */
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

function judge({ accusedAt, due, done, leftAt, isBarred, others }: Punishments): Finding[] {
  const told = (punishments: typeof done): string =>
    punishments.map(({ set, backing, burned }) => `${burned} of ${backing} (set of ${set})`).join(", ");
  return [
    {
      check: "CometBFT's evidence of two votes is in a block",
      holds: accusedAt.length > 0,
      figure: accusedAt.length === 0 ? "none" : `of heights ${accusedAt.join(" ")}`,
    },
    {
      check: "5 % of what was behind the key burns, once for each epoch's set (EVID-3)",
      holds: due.length > 0 && due.every(({ burned }) => burned > 0n) && told(done) === told(due),
      figure: told(done),
    },
    {
      check: "the key is barred and loses its power, no other does",
      holds:
        isBarred && leftAt !== undefined && others.length === CHEAT && others.every((power) => power > 0n),
      figure: leftAt === undefined ? "it votes" : `no vote from height ${leftAt} on`,
    },
    {
      check: "no fault of a height after that",
      holds: accusedAt.every((height) => leftAt === undefined || height < leftAt),
      figure: accusedAt.length === 0 ? "none" : `the last of height ${accusedAt.at(-1)}`,
    },
  ];
}
