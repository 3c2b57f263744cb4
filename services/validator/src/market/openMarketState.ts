import { createMixtureState, withDomains } from "@ganglion/mixture";
import { GanglionError } from "@ganglion/types";
import { decodeMarket, type MarketCheckpoint } from "./checkpointCodec.ts";

/**
 * What was learned before, or a market that knows nothing. Domains may be added: what was learned of the others stays.
 *
 * @param saved of an earlier run; undefined in a new folder
 * @throws GanglionError VALIDATOR_OTHER_DOMAINS when no source is left of a domain of the checkpoint
 */
export function openMarketState(
  saved: Uint8Array | undefined,
  domains: readonly string[],
  seed: number,
): MarketCheckpoint {
  if (saved === undefined)
    return { state: createMixtureState({ domains }), memory: { randomState: seed, trust: [], replays: [] } };
  const checkpoint = decodeMarket(saved);
  const before = checkpoint.state.domains.map(({ name }) => name);
  if (before.length === domains.length && before.every((name, i) => name === domains[i])) return checkpoint;
  if (before.every((name) => domains.includes(name)))
    return { ...checkpoint, state: withDomains(checkpoint.state, domains) };
  throw new GanglionError(
    "VALIDATOR_OTHER_DOMAINS",
    `the checkpoint learned ${before.join(", ")}, the sources are ${domains.join(", ")}: domains can be added but not taken away; restore the sources, or choose another checkpointDir`,
    { before: before.join(","), now: domains.join(",") },
  );
}
