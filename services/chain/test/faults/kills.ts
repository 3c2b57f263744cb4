import { setTimeout } from "node:timers/promises";
import { createRandom } from "@ganglion/types";
import { withNetwork } from "./faultNetwork.ts";
import type { Finding, Scenario } from "./scenario.ts";

const SEED = 20_261_122;
const LONGEST_PAUSE_MS = 600;
const CATCH_UP_MS = 120_000;

/** A program ends at a random moment, starts again at once, and may be hit again as soon as it has caught up. */
export async function runKills(kills: number, say: (text: string) => void): Promise<readonly Finding[]> {
  return await withNetwork({}, async (network) => {
    await network.reachAll(2);
    const random = createRandom(SEED);
    const goals = network.specs.map(() => 0);
    let slowestMs = 0;
    for (let kill = 1; kill <= kills; kill++) {
      const node = Math.floor(random.next() * goals.length);
      const startedAt = performance.now();
      await network.child(node).reach(goals[node] ?? 0, CATCH_UP_MS);
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      await setTimeout(random.next() * LONGEST_PAUSE_MS);
      await network.kill(node);
      goals[node] = network.height + 1;
      network.start(node);
      if (kill % 10 === 0) say(`${kill} kills, height ${network.height}`);
    }
    const back = network.height;
    await network.reachAll(back + 2);
    await network.stop();
    return [
      {
        check: `${kills} kills at random (seed ${SEED})`,
        holds: true,
        figure: `longest wait for a node ${(slowestMs / 1_000).toFixed(1)} s`,
      },
      ...(await network.verify()),
    ];
  });
}

export const killsAtRandom: Scenario = {
  name: "kills",
  needsRoot: false,
  run: ({ kills, say }) => runKills(kills, say),
};
