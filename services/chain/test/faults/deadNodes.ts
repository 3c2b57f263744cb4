import { withNetwork } from "./faultNetwork.ts";
import type { Scenario } from "./scenario.ts";

const WATCH_MS = 15_000;
const RESUMED_MS = 20_000;

/** One of four away: blocks go on. Two away: none comes; with one of them back they go on. */
export const deadNodes: Scenario = {
  name: "dead",
  needsRoot: false,
  run: () =>
    withNetwork({}, async (network) => {
      await network.reachAll(3);
      await network.kill(3);
      const withThree = await network.blocksWithin(WATCH_MS);
      await network.kill(2);
      // What three of them were about to decide may still come.
      await network.blocksWithin(1_000);
      const withTwo = await network.blocksWithin(WATCH_MS);
      const halted = network.height;
      const third = network.start(2);
      const resumedMs = await network.msUntil(halted + 1);
      await third.reach(halted + 1, RESUMED_MS * 2);
      network.start(3);
      await network.reachAll(network.height + 2);
      await network.stop();
      return [
        {
          check: "one of four dead: blocks go on",
          holds: withThree > 1,
          figure: `${withThree} blocks in ${WATCH_MS / 1_000} s`,
        },
        {
          check: "two of four dead: none comes",
          holds: withTwo === 0,
          figure: `${withTwo} blocks in ${WATCH_MS / 1_000} s`,
        },
        {
          check: "one is back: next block within 20 s",
          holds: resumedMs <= RESUMED_MS,
          figure: `${(resumedMs / 1_000).toFixed(1)} s`,
        },
        ...(await network.verify()),
      ];
    }),
};
