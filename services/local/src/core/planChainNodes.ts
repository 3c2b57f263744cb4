import { GanglionError } from "@ganglion/types";
import { CONSENSUS_SUFFIX, type NetworkPlan } from "./planNetwork.ts";

/** One node of a CometBFT network: its program's name, and that of the consensus key that it signs with. */
export type NodePlan = {
  readonly name: string;
  /** Key of the hotkey that genesis gives a slot with the consensus key. */
  readonly hotkeyName: string;
  readonly keyName: string;
};

export type EngineChoice = {
  /** Absent: what the ChainNode says. */
  readonly engine?: "solo" | "cometbft" | undefined;
  /** Absent: one for each validator that genesis names. */
  readonly cometbftNodes?: number | undefined;
};

/**
 * The CometBFT nodes of a market: one signs for each validator that genesis names; those beyond are consensus
 * validators that score nothing. Names have a dot, which no resource has.
 *
 * @returns empty for a market on engine solo
 * @throws GanglionError LOCAL_BAD_NODES
 */
export function planChainNodes({ chain }: NetworkPlan, choice: EngineChoice): readonly NodePlan[] {
  if ((choice.engine ?? chain.spec.engine) === "solo") return [];
  const signers = chain.spec.genesis.validators;
  const count = choice.cometbftNodes ?? signers.length;
  if (count < signers.length)
    throw new GanglionError(
      "LOCAL_BAD_NODES",
      `genesis names ${signers.length} validators, each signs with a node of its own: give --nodes ${signers.length} or more`,
    );
  return Array.from({ length: count }, (_, index) => {
    const name = `${chain.name}.${index}`;
    const hotkeyName = signers[index] ?? name;
    return { name, hotkeyName, keyName: `${hotkeyName}${CONSENSUS_SUFFIX}` };
  });
}
