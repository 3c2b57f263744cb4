import { withNetwork } from "./faultNetwork.ts";
import type { Scenario } from "./scenario.ts";

const LAST = 3;
const BLOCKS = 12;

/** One of four proposes a block that no correct proposer would; the others refuse it and decide the next one's. */
export const badProposer: Scenario = {
  name: "byzantine",
  needsRoot: false,
  run: () =>
    withNetwork(
      {
        plan: (specs) =>
          specs.map((spec, node) => (node === LAST ? { ...spec, proposes: "invalid" as const } : spec)),
      },
      async (network) => {
        await network.reachAll(BLOCKS);
        await network.stop();
        const blocks = await network.blocksOf(0);
        const codes = new Set(blocks.flatMap((block) => block.codes));
        return [
          {
            check: "invalid proposals of one of four are in no block",
            holds: codes.size === 1 && codes.has("OK"),
            figure: `${blocks.length} blocks, codes ${[...codes].join(" ")}`,
          },
          ...(await network.verify()),
        ];
      },
    ),
};
