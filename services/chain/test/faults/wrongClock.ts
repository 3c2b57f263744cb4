import { openDatabase } from "../../src/io/database.ts";
import { ChainStore } from "../../src/io/store.ts";
import type { NodeSpec } from "../gen/cometbftNode.ts";
import { withNetwork } from "./faultNetwork.ts";
import type { Finding, Scenario } from "./scenario.ts";
import { CLOCK_OFFSET_VARIABLE, ensureSkewedBinary } from "./skewedBinary.ts";

const HOUR_MS = 3_600_000;
const WRONG = 3;
const BLOCKS = 12;
/** Far below the hour, above what a busy machine delays a block. */
const NEAR_MS = 300_000;

/** One of four has a clock an hour ahead or behind: blocks keep the time of the others, who take its blocks. */
export const wrongClock: Scenario = {
  name: "clock",
  needsRoot: false,
  run: async () => [...(await withOffset(HOUR_MS)), ...(await withOffset(-HOUR_MS))],
};

function withOffset(offsetMs: number): Promise<readonly Finding[]> {
  const binary = ensureSkewedBinary();
  const environment = { [CLOCK_OFFSET_VARIABLE]: String(offsetMs) };
  const plan = (specs: readonly NodeSpec[]) =>
    specs.map((spec, node) => (node === WRONG ? { ...spec, binary, environment } : spec));
  return withNetwork({ plan }, async (network) => {
    await network.reachAll(BLOCKS);
    await network.stop();
    const worstMs = await furthestFromNow(network.specs[0]);
    const side = offsetMs > 0 ? "ahead" : "behind";
    return [
      {
        check: `a clock an hour ${side}: block times stay right`,
        holds: worstMs < NEAR_MS,
        figure: `at most ${(worstMs / 1_000).toFixed(0)} s off`,
      },
      ...(await network.verify()),
    ];
  });
}

/** The first block has the time of genesis. */
async function furthestFromNow(spec: NodeSpec | undefined): Promise<number> {
  const database = openDatabase(spec?.folder ?? "");
  const store = new ChainStore(database);
  let worst = 0;
  for (let height = 2; ; height++) {
    const block = store.decidedBlock(height);
    if (block === undefined) break;
    worst = Math.max(worst, Math.abs(Date.now() - block.timeMs));
  }
  await database.close();
  return worst;
}
