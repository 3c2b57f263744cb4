import { domainOf } from "../state/lookup.ts";
import type { DomainState, MinerKey, MinerState, MixtureState } from "../state/mixtureState.ts";
import { pairDistance } from "./pairDistance.ts";

/** leader by member, for members other than their leader. */
export type CopyGroups = ReadonlyMap<MinerKey, MinerKey>;

/** Who copies whom in a domain now. @throws GanglionError MIXTURE_UNKNOWN_DOMAIN */
export function copyGroups(state: MixtureState, domain: string): CopyGroups {
  return domainOf(state, domain).leaders;
}

/**
 * Groups copies anew, per domain. Miners are taken by seniority of behaviour; one that is near to a leader joins it,
 * else it leads. Members are compared with leaders only, so that a blend of two honest models cannot join them. A
 * leader keeps its copies while they stay near, whatever its own model becomes: only who was first matters. Nor does a
 * copy get away by changing its behaviour: it stays until enough rows show that it differs.
 */
export function updateCopyGroups(state: MixtureState): void {
  state.domains.forEach((domain, index) => {
    const bySeniority = [...state.miners.values()].sort((a, b) => compareSeniority(index, a, b));
    const before = new Map(domain.leaders);
    const leaders: MinerKey[] = [];
    domain.leaders.clear();
    for (const { key } of bySeniority) {
      const leader = nearestLeader(state, index, key, { leaders, before });
      if (leader === undefined) leaders.push(key);
      else if (before.get(leader) === key) succeed(domain, leaders, leader, key);
      else domain.leaders.set(key, leader);
    }
  });
}

function nearestLeader(
  state: MixtureState,
  domain: number,
  key: MinerKey,
  { leaders, before }: { readonly leaders: readonly MinerKey[]; readonly before: CopyGroups },
): MinerKey | undefined {
  const { threshold, release } = state.parameters.copies;
  let nearest: MinerKey | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const leader of leaders) {
    const together = before.get(key) === leader || before.get(leader) === key;
    const distance = pairDistance(state, domain, key, leader) ?? (together ? threshold : undefined);
    if (distance === undefined || distance >= (together ? release : threshold) || distance >= least) continue;
    nearest = leader;
    least = distance;
  }
  return nearest;
}

/** `key` led `old` before: it takes the seat back, and those who had joined `old` in this pass. */
function succeed(domain: DomainState, leaders: MinerKey[], old: MinerKey, key: MinerKey): void {
  leaders[leaders.indexOf(old)] = key;
  for (const [member, leader] of domain.leaders) if (leader === old) domain.leaders.set(member, key);
  domain.leaders.set(old, key);
}

/**
 * Whose present behaviour was seen first in the domain: by probes, and by predictions of fresh rows; then who came
 * first; then by key, which is arbitrary but the same always.
 */
function compareSeniority(domain: number, a: MinerState, b: MinerState): number {
  const [sinceA, sinceB] = [behavesSince(a, domain), behavesSince(b, domain)];
  if (sinceA !== sinceB) return sinceA < sinceB ? -1 : 1;
  return a.behaviourSince - b.behaviourSince || a.joinedStep - b.joinedStep || (a.key < b.key ? -1 : 1);
}

function behavesSince(miner: MinerState, domain: number): number {
  return Math.max(miner.behaviourSince, miner.sums[domain]?.worthSince ?? Number.POSITIVE_INFINITY);
}
