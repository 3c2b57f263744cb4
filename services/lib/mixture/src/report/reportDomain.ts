import { pairDistance } from "../copies/pairDistance.ts";
import { domainOf } from "../state/lookup.ts";
import type { DomainState, MinerKey, MinerState, MixtureState } from "../state/mixtureState.ts";
import { earnings } from "../weights/earnings.ts";

/** A best single miner has answered at least this part of the domain's rows: else it was judged on easy ones. */
const MIN_ANSWERED = 0.5;

export type MinerInDomain = {
  readonly miner: MinerKey;
  /** Mean gate over the domain's scored rows. */
  readonly routing: number;
  /** Shapley, moving average, clipped at zero, nats a byte: what is paid. */
  readonly score: number;
  readonly leaveOneOut: number;
  readonly fisher: number;
  /** Own head on the rows that it answered; undefined before the first. */
  readonly ownBitsPerByte: number | undefined;
  /** Share of the domain's sub-row, 0 to 1. */
  readonly weight: number;
  /** Its copy group's credited member; itself when alone. */
  readonly leader: MinerKey;
  /** Least JN to another miner; undefined before enough common rows. */
  readonly nearest: { readonly miner: MinerKey; readonly distance: number } | undefined;
};

export type DomainReport = {
  readonly domain: string;
  readonly scoredRows: number;
  /** undefined before the first row. */
  readonly jointBitsPerByte: number | undefined;
  readonly bestSingle: { readonly miner: MinerKey; readonly bitsPerByte: number } | undefined;
  readonly miners: readonly MinerInDomain[];
};

/** What was measured in a domain, by moving averages. @throws GanglionError MIXTURE_UNKNOWN_DOMAIN */
export function reportDomain(state: MixtureState, name: string): DomainReport {
  const domain = domainOf(state, name);
  const index = state.domains.indexOf(domain);
  const earned = earnings(state, name);
  let total = 0;
  for (const value of earned.values()) total += value;
  const miners = [...state.miners.values()].map((miner): MinerInDomain => {
    const score = earned.get(miner.key) ?? 0;
    return {
      ...averages(domain, miner, index),
      score,
      weight: total === 0 ? 0 : score / total,
      leader: domain.leaders.get(miner.key) ?? miner.key,
      nearest: nearestOf(state, index, miner.key),
    };
  });
  return {
    domain: name,
    scoredRows: domain.scoredRows,
    jointBitsPerByte: domain.rows === 0 ? undefined : domain.jointLoss / domain.rows / Math.LN2,
    bestSingle: bestSingle(state, domain, index),
    miners,
  };
}

function averages(domain: DomainState, miner: MinerState, index: number) {
  const sums = miner.sums[index];
  const rows = domain.rows === 0 ? 1 : domain.rows;
  return {
    miner: miner.key,
    routing: (sums?.routing ?? 0) / rows,
    leaveOneOut: (sums?.leaveOneOut ?? 0) / rows,
    fisher: (sums?.fisher ?? 0) / rows,
    ownBitsPerByte:
      sums === undefined || sums.answered === 0 ? undefined : sums.ownLoss / sums.answered / Math.LN2,
  };
}

function bestSingle(state: MixtureState, domain: DomainState, index: number): DomainReport["bestSingle"] {
  let best: DomainReport["bestSingle"];
  for (const { key, sums } of state.miners.values()) {
    const own = sums[index];
    if (own === undefined || own.answered === 0 || own.answered < MIN_ANSWERED * domain.rows) continue;
    const bitsPerByte = own.ownLoss / own.answered / Math.LN2;
    if (best === undefined || bitsPerByte < best.bitsPerByte) best = { miner: key, bitsPerByte };
  }
  return best;
}

function nearestOf(state: MixtureState, index: number, key: MinerKey): MinerInDomain["nearest"] {
  let nearest: MinerInDomain["nearest"];
  for (const other of state.miners.keys()) {
    const distance = other === key ? undefined : pairDistance(state, index, key, other);
    if (distance !== undefined && (nearest === undefined || distance < nearest.distance))
      nearest = { miner: other, distance };
  }
  return nearest;
}
