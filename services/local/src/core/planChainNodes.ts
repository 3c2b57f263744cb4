import type { Validator } from "@ganglion/resources";
import { GanglionError } from "@ganglion/types";
import { CONSENSUS_SUFFIX, type NetworkPlan, validatorKeyName } from "./planNetwork.ts";

/** Whom genesis names. */
export type Signatory = {
  /** Key of the hotkey that genesis gives a slot. */
  readonly hotkeyName: string;
  /** Key that signs blocks. */
  readonly keyName: string;
  /** Address that owns the slot; absent: the network's own. */
  readonly owner?: string | undefined;
};

/** One node of a CometBFT network by its program's name, and who signs with it. */
export type NodePlan = Signatory & { readonly name: string };

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
export function planChainNodes(plan: NetworkPlan, choice: EngineChoice): readonly NodePlan[] {
  const { chain } = plan;
  if ((choice.engine ?? chain.spec.engine) === "solo") return [];
  const signers = bootstrapValidators(plan);
  const count = choice.cometbftNodes ?? signers.length;
  if (count < signers.length)
    throw new GanglionError(
      "LOCAL_BAD_NODES",
      `genesis names ${signers.length} validators, each signs with a node of its own: give --nodes ${signers.length} or more`,
    );
  return Array.from({ length: count }, (_, index) => {
    const name = `${chain.name}.${index}`;
    return { name, ...(signers[index] ?? { hotkeyName: name, keyName: `${name}${CONSENSUS_SUFFIX}` }) };
  });
}

/** The validators that genesis names, in its order. */
export function bootstrapValidators({ chain, validators }: NetworkPlan): readonly Signatory[] {
  return chain.spec.genesis.validators
    .flatMap((name) => validators.filter((validator) => validator.name === name))
    .map(signatoryOf);
}

function signatoryOf(validator: Validator): Signatory {
  return {
    hotkeyName: validatorKeyName(validator),
    keyName: `${validator.name}${CONSENSUS_SUFFIX}`,
    owner: validator.spec.identity.owner,
  };
}
