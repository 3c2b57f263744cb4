import { type MinerKey, type MixtureState, weightRow } from "@ganglion/mixture";
import type { WeightRow } from "@ganglion/types";
import type { RosterMiner } from "../ports.ts";
import type { MinerHealth } from "./minerHealth.ts";
import { PARAMETERS } from "./parameters.ts";

/** A domain whose share is 0 was voted out; another may take its id (rule GOV-8). */
export type LedgerDomain = { readonly id: number; readonly name: string; readonly sharePpm: number };

export type WeightRowsInput = {
  readonly state: MixtureState;
  readonly domains: readonly LedgerDomain[];
  readonly roster: readonly RosterMiner[];
  readonly health: ReadonlyMap<MinerKey, MinerHealth>;
};

/**
 * One sub-row for each domain that has something to say; ascending by domain, then by uid. Miners that do not serve or
 * have been silent for long are left out: where held-back text is used up, earnings hold, and would pay them for ever.
 */
export function buildWeightRows({ state, domains, roster, health }: WeightRowsInput): readonly WeightRow[] {
  const isSilent = (key: MinerKey): boolean =>
    (health.get(key)?.failuresInRow ?? 0) >= PARAMETERS.silentAfterFailures;
  const heard = roster.filter(({ key, host }) => host !== "" && !isSilent(key));
  const uids = new Map<MinerKey, RosterMiner["uid"]>(heard.map(({ key, uid }) => [key, uid]));
  return domains
    .filter(({ name, sharePpm }) => sharePpm > 0 && state.domains.some((domain) => domain.name === name))
    .toSorted((a, b) => a.id - b.id)
    .map(({ id, name }) => ({
      domainId: id,
      entries: weightRow(state, name)
        .flatMap(({ miner, weight }) => {
          const uid = uids.get(miner);
          return uid === undefined || weight < 1 ? [] : [{ uid, weight }];
        })
        .sort((a, b) => a.uid - b.uid),
    }))
    .filter(({ entries }) => entries.length > 0);
}
