import { domainOf } from "../state/lookup.ts";
import type { MinerKey, MixtureState } from "../state/mixtureState.ts";

/**
 * What each miner earned in a domain, nats a byte: the moving average of its Shapley values, clipped at zero, a copy
 * group's sum credited to its leader. Only positive entries.
 */
export function earnings(state: MixtureState, domainName: string): ReadonlyMap<MinerKey, number> {
  const domain = domainOf(state, domainName);
  const index = state.domains.indexOf(domain);
  const totals = new Map<MinerKey, number>();
  if (domain.rows === 0) return totals;
  for (const { key, sums } of state.miners.values()) {
    const credited = domain.leaders.get(key) ?? key;
    const own = Math.max((sums[index]?.shapley ?? 0) / domain.rows, 0);
    totals.set(credited, (totals.get(credited) ?? 0) + own);
  }
  for (const [key, total] of totals) if (total <= 0) totals.delete(key);
  return totals;
}
