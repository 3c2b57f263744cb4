import { type MinerKey, type MixtureState, weightRow } from "@ganglion/mixture";
import type { WeightRow } from "@ganglion/types";
import type { RosterMiner } from "../ports.ts";

export type LedgerDomain = { readonly id: number; readonly name: string };

/** One sub-row for each domain that has something to say; ascending by domain, then by uid. */
export function buildWeightRows(
  state: MixtureState,
  domains: readonly LedgerDomain[],
  roster: readonly RosterMiner[],
): readonly WeightRow[] {
  const uids = new Map<MinerKey, RosterMiner["uid"]>(roster.map(({ key, uid }) => [key, uid]));
  return domains
    .filter(({ name }) => state.domains.some((domain) => domain.name === name))
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
