import { bytesToHex } from "@ganglion/types";
import type { NodeSpec } from "../gen/cometbftNode.ts";
import { keyOf } from "../gen/network.ts";
import { withNetwork } from "./faultNetwork.ts";
import type { Finding, Scenario } from "./scenario.ts";

const LAST = 3;
const BLOCKS = 12;
const CHEAT = bytesToHex(keyOf(`consensus-${LAST}`).publicKey);

/** One of four proposes blocks that no correct proposer would; the others refuse them and decide the next one's. */
export const badProposer: Scenario = {
  name: "byzantine",
  needsRoot: false,
  run: async () => [...(await refused("invalid")), ...(await refused("crowded"))],
};

/** The cheat comes to propose in several of the blocks, and would have proposed them had the others let it. */
function refused(proposes: NonNullable<NodeSpec["proposes"]>): Promise<readonly Finding[]> {
  const plan = (specs: readonly NodeSpec[]) =>
    specs.map((spec, node) => (node === LAST ? { ...spec, proposes } : spec));
  return withNetwork({ plan }, async (network) => {
    await network.reachAll(BLOCKS);
    await network.stop();
    const blocks = await network.blocksOf(0);
    const codes = new Set(blocks.flatMap((block) => block.codes));
    const decided = blocks.filter(({ proposer }) => proposer === CHEAT);
    return [
      {
        check: `no proposal of one of four is decided (${proposes})`,
        holds: decided.length === 0 && codes.size === 1 && codes.has("OK"),
        figure: `${decided.length} of ${blocks.length} blocks, codes ${[...codes].join(" ")}`,
      },
      ...(await network.verify()),
    ];
  });
}
