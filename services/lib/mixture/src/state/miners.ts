import { GanglionError } from "@ganglion/types";
import { createGateStatistics } from "../gates/gateStatistics.ts";
import { createHead } from "../heads/headState.ts";
import type { MinerKey, MinerSums, MixtureState } from "./mixtureState.ts";

const PRINTABLE_ASCII = /^[\x21-\x7e]{1,256}$/;

/**
 * A miner that came: zero head, no statistics, a newcomer.
 *
 * @throws GanglionError MIXTURE_MINER_EXISTS | MIXTURE_BAD_KEY (1 to 256 printable ASCII characters)
 */
export function addMiner(state: MixtureState, key: MinerKey): void {
  if (!PRINTABLE_ASCII.test(key))
    throw new GanglionError("MIXTURE_BAD_KEY", "a miner's key is 1 to 256 printable ASCII characters");
  if (state.miners.has(key))
    throw new GanglionError("MIXTURE_MINER_EXISTS", "remove the miner before adding it again", { key });
  state.miners.set(key, {
    key,
    joinedStep: state.step,
    head: createHead(state.parameters),
    gate: createGateStatistics(state.step),
    sums: state.domains.map(noSums),
    scoredContexts: 0,
    replayed: false,
    behaviourSince: state.step,
    probe: undefined,
  });
}

/** Of a miner of which nothing was scored yet. */
export function noSums(): MinerSums {
  return {
    routing: 0,
    shapley: 0,
    leaveOneOut: 0,
    fisher: 0,
    ownLoss: 0,
    answered: 0,
    recentGain: 0,
    worthSince: undefined,
    worthBefore: undefined,
  };
}

/** A miner that left or whose slot was replaced: all that was known of it goes. Unknown keys are ignored. */
export function removeMiner(state: MixtureState, key: MinerKey): void {
  state.miners.delete(key);
  for (const [name, pair] of state.pairs)
    if (pair.first === key || pair.second === key) state.pairs.delete(name);
  for (const { leaders } of state.domains)
    for (const [member, leader] of leaders) if (member === key || leader === key) leaders.delete(member);
}
