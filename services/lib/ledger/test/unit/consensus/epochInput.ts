import type { EpochInput, EpochParams } from "../../../src/consensus/epochTypes.ts";
import { EMPTY_ROW, type SparseRow } from "../../../src/consensus/sparseRow.ts";

export const PARAMS: EpochParams = {
  kappaU16: 32_767,
  bondsPenaltyU16: 65_535,
  bondsMovingAveragePpm: 900_000,
  incentiveFrom: "consensus",
  consensusMode: "classic",
};

/** A row from `{uid: weight}`. */
export function row(entries: Readonly<Record<number, number>>): SparseRow {
  const uids = Object.keys(entries).map(Number);
  return { uids: Uint16Array.from(uids), values: Uint16Array.from(uids, (uid) => entries[uid] ?? 0) };
}

/**
 * A market in which the first `stakes.length` uids are validators with permits, active, and weights set after
 * every registration.
 *
 * @param domains by domain: rows by validator; undefined = did not score it
 */
export function market(
  stakes: readonly number[],
  n: number,
  domains: readonly (readonly (SparseRow | undefined)[])[],
  changes: Partial<EpochInput> = {},
): EpochInput {
  const permits = Uint8Array.from({ length: n }, (_, uid) => (uid < stakes.length ? 1 : 0));
  return {
    n,
    stakeSpikes: Array.from({ length: n }, (_, uid) => BigInt(stakes[uid] ?? 0)),
    active: new Uint8Array(n).fill(1),
    permits,
    nextPermits: permits,
    weightsSetAt: new Float64Array(n).fill(10),
    registeredAt: new Float64Array(n),
    lastEpochHeight: 5,
    domains: domains.map((rows) => ({ share: 1, rows: Array.from({ length: n }, (_, uid) => rows[uid]) })),
    bonds: Array.from({ length: n }, () => EMPTY_ROW),
    params: PARAMS,
    ...changes,
  };
}
