import { EMPTY_ROW, type SparseRow } from "../consensus/sparseRow.ts";
import type { Comparable, Comparison } from "./compareCase.ts";
import { fieldOf, type JsonRecord, readComparable, readList, readNumber, readRecord } from "./readVectors.ts";
import type { YumaResult } from "./runYumaEpoch.ts";

const U16_MAX = 65_535;
const REAL = { tolerance: 2e-9, scale: 1 };
/** Dividends are sums of bonds and inherit what fixed point truncated there (seen: 2.8e-9). */
const BOND = { tolerance: 5e-9, scale: 1 };
const STORED = { tolerance: 1, scale: U16_MAX };
const EXACT = { tolerance: 0, scale: 1 };
const PAYOUT_TOLERANCE_OF_1E9 = 10;

type Unit = { readonly tolerance: number; readonly scale: number };
type Field = Unit & { readonly read: (result: YumaResult) => Comparable };

/** Fields of the vectors that are lists of reals or flags, by uid. */
export const REAL_FIELDS: Readonly<Record<string, Field>> = {
  active: { ...EXACT, read: (r) => flags(r.active) },
  new_validator_permit: { ...EXACT, read: (r) => flags(r.nextPermits) },
  stake: { ...REAL, read: (r) => [...r.wholeStake] },
  active_stake: { ...REAL, read: (r) => [...r.stake] },
  prerank: { ...REAL, read: (r) => [...r.prerank] },
  consensus: { ...REAL, read: (r) => [...r.consensus] },
  validator_trust: { ...REAL, read: (r) => [...r.validatorTrust] },
  rank: { ...REAL, read: (r) => [...r.incentive] },
  rank_normalized: { ...REAL, read: (r) => [...r.incentive] },
  trust: { ...REAL, read: (r) => [...r.trust] },
  incentive: { ...REAL, read: (r) => [...r.incentive] },
  dividends: { ...BOND, read: (r) => [...r.dividends] },
  ema_bonds: { ...BOND, read: (r) => (r.emaBonds ?? []).map((row) => [...row]) },
};

/** Fields that are stored as u16. */
export const U16_FIELDS: Readonly<Record<string, Field>> = {
  consensus: { ...STORED, read: (r) => stored(r.consensus) },
  incentive: { ...STORED, read: (r) => stored(r.incentive) },
  dividends: { ...STORED, read: (r) => stored(r.dividends) },
  trust: { ...STORED, read: (r) => stored(r.trust) },
  validator_trust: { ...STORED, read: (r) => stored(r.validatorTrust) },
  bonds: { ...STORED, read: (r) => r.bonds.map(toPairs) },
};

/** Payouts in base units, judged relative to the emission that they split. */
export function payoutFields(emission: bigint): Readonly<Record<string, Field>> {
  const scale = Number(emission);
  const unit = { tolerance: (PAYOUT_TOLERANCE_OF_1E9 * scale) / 1e9, scale };
  return {
    emission: {
      ...unit,
      read: (r) => r.serverEmission.map((part, uid) => part + (r.validatorEmission[uid] ?? 0n)),
    },
    server_emission: { ...unit, read: (r) => r.serverEmission },
    validator_emission: { ...unit, read: (r) => r.validatorEmission },
  };
}

/** What upstream's own tests assert: some lists are only a prefix, bonds only some columns or entries. */
export function compareUpstream(expected: JsonRecord, result: YumaResult, emission: bigint): Comparison[] {
  const { tolerance, ...fields } = expected;
  const comparisons = Object.entries(fields).map(([key, value]) =>
    compareUpstreamField(key, value, result, emission),
  );
  if (tolerance === undefined) return comparisons;
  const stated = { tolerance: readNumber(tolerance, "tolerance") };
  return comparisons.map((comparison) => ({ ...comparison, ...stated }));
}

function compareUpstreamField(key: string, value: unknown, result: YumaResult, emission: bigint): Comparison {
  const label = `upstream.${key}`;
  const column = /^bonds_col(\d+)_u16$/.exec(key)?.[1];
  if (column !== undefined)
    return {
      label,
      ...STORED,
      expected: readComparable(value, key),
      ...prefix(bondColumn(result, Number(column)), value),
    };
  if (key === "bonds_u16") return { label, ...STORED, ...bondEntries(result, readRecord(value, key)) };
  if (key === "bonds_validator_x_server") return { label, ...BOND, ...bondCorner(result, value) };
  const stem = /^(.+)_u16$/.exec(key)?.[1];
  const fields = stem === undefined ? { ...REAL_FIELDS, ...payoutFields(emission) } : U16_FIELDS;
  const field = fieldOf(fields, stem ?? key);
  return {
    label,
    ...unitOf(field),
    expected: readComparable(value, key),
    ...prefix(field.read(result), value),
  };
}

/** Every expected field must have a computed counterpart. */
export function compareFields(
  expected: JsonRecord,
  fields: Readonly<Record<string, Field>>,
  result: YumaResult,
  labelPrefix = "",
): Comparison[] {
  return Object.entries(expected).map(([key, value]) => {
    const field = fieldOf(fields, key);
    const computed = field.read(result);
    return {
      label: `${labelPrefix}${key}`,
      ...unitOf(field),
      computed,
      expected: readComparable(value, key),
    };
  });
}

/** Fields of one side (validators or servers) whose members are all alike. */
export function compareUniformSide(
  side: string,
  expected: JsonRecord,
  result: YumaResult,
  at: { readonly from: number; readonly to: number; readonly validators: number; readonly emission: bigint },
): Comparison[] {
  const bonds = (from: number, to: number): Comparable =>
    result.bonds
      .slice(0, at.validators)
      .flatMap((row) => [...toDense(row, result.incentive.length)].slice(from, to));
  return Object.entries(expected).map(([key, value]) => {
    const label = `${side}.${key}`;
    const stem = /^(.+)_u16$/.exec(key)?.[1];
    const field: Field =
      stem === "bond_to_server"
        ? { ...STORED, read: () => bonds(at.validators, result.incentive.length) }
        : stem === "bond_to_validator"
          ? { ...STORED, read: () => bonds(0, at.validators) }
          : fieldOf(stem === undefined ? payoutFields(at.emission) : U16_FIELDS, stem ?? key);
    const all = field.read(result);
    const list = Array.isArray(all) ? all : [all];
    const computed = stem?.startsWith("bond_to") ? list : list.slice(at.from, at.to);
    return { label, ...unitOf(field), computed, expected: computed.map(() => readNumber(value, key)) };
  });
}

/** A sparse row as the files write it: [[uid, value], ...]. */
export function toPairs(row: SparseRow): number[][] {
  return Array.from(row.uids, (uid, k) => [uid, row.values[k] ?? 0]);
}

function unitOf(field: Field): Unit {
  return { tolerance: field.tolerance, scale: field.scale };
}

function prefix(computed: Comparable, expected: unknown): { computed: Comparable } {
  const cut =
    Array.isArray(computed) && Array.isArray(expected) ? computed.slice(0, expected.length) : computed;
  return { computed: cut };
}

function bondColumn(result: YumaResult, miner: number): number[] {
  return result.bonds.map((row) => toDense(row, result.incentive.length)[miner] ?? 0);
}

function bondEntries(result: YumaResult, expected: JsonRecord): { computed: number[]; expected: number[] } {
  const entries = Object.entries(expected).flatMap(([uid, row]) =>
    Object.entries(readRecord(row, "bonds_u16")).map(([miner, value]) => ({
      computed: bondColumn(result, Number(miner))[Number(uid)] ?? 0,
      expected: readNumber(value, "bonds_u16"),
    })),
  );
  return {
    computed: entries.map((entry) => entry.computed),
    expected: entries.map((entry) => entry.expected),
  };
}

/** Bonds as fractions: the first validators' in the last miners, as many as are expected. */
function bondCorner(result: YumaResult, value: unknown): { computed: number[][]; expected: Comparable } {
  const computed = readList(value, "bonds").map((row, uid) => {
    const dense = toDense(result.bonds[uid] ?? EMPTY_ROW, result.incentive.length);
    return Array.from(dense.slice(-readList(row, "bonds").length), (bond) => bond / U16_MAX);
  });
  return { computed, expected: readComparable(value, "bonds") };
}

function toDense(row: SparseRow, n: number): Uint16Array {
  const dense = new Uint16Array(n);
  row.uids.forEach((uid, k) => {
    dense[uid] = row.values[k] ?? 0;
  });
  return dense;
}

function flags(values: Uint8Array): boolean[] {
  return Array.from(values, (value) => value === 1);
}

function stored(values: Float64Array): number[] {
  return Array.from(values, (value) => Math.floor(value * U16_MAX));
}
