import { withNetwork } from "./faultNetwork.ts";
import type { Scenario } from "./scenario.ts";

const MINUTES = 13;
const MINUTE_MS = 60_000;
const RESUMED_MS = 20_000;
const AWAY = [2, 3] as const;
const STAYED = [0, 1] as const;

/**
 * Two of four away for so long that those who wait start their CometBFT anew again and again, which is all that they can do:
 * they must still be there when the others return.
 */
export const longHalt: Scenario = {
  name: "halt",
  needsRoot: false,
  run: ({ say }) =>
    withNetwork({}, async (network) => {
      await network.reachAll(3);
      for (const node of AWAY) await network.kill(node);
      // What three of them were about to decide may still come.
      await network.blocksWithin(1_000);
      const halted = network.height;
      for (let minute = 1; minute <= MINUTES; minute++) {
        await network.blocksWithin(MINUTE_MS);
        say(`halt: ${minute} of ${MINUTES} min at height ${network.height}`);
      }
      const blocks = network.height - halted;
      const ended = STAYED.filter((node) => network.child(node).hasEnded);
      for (const node of AWAY) network.start(node);
      const resumedMs = await network.msUntil(network.height + 1);
      await network.reachAll(network.height + 2);
      await network.stop();
      return [
        {
          check: `two of four away for ${MINUTES} min: none comes`,
          holds: blocks === 0,
          figure: `${blocks} blocks`,
        },
        {
          check: "those who wait stay",
          holds: ended.length === 0,
          figure: ended.length === 0 ? "both" : `${ended.length} ended`,
        },
        {
          check: "all are back: next block within 20 s",
          holds: resumedMs <= RESUMED_MS,
          figure: `${(resumedMs / 1_000).toFixed(1)} s`,
        },
        ...(await network.verify()),
      ];
    }),
};
