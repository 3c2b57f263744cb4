import { type AddressBytes, bytesToHex, type Hotkey } from "@ganglion/types";
import type { LedgerState } from "../state/ledgerState.ts";
import { effectiveStake, patchPool, poolAt } from "../state/pools.ts";
import { findPosition } from "../state/positions.ts";
import { patchRow, type RowOf, readRow, readRows } from "../state/rows.ts";
import { planRemoval, removeStake } from "../state/stake.ts";
import type { Execution } from "../tx/transactionRule.ts";

const PPM = 1_000_000n;

/** A part of what backed a pool's key at a height, to be burned. `burned` counts it. */
export type Burn = {
  readonly pool: number;
  readonly sinceHeight: number;
  readonly slashPpm: bigint;
  /** At most this much. */
  readonly due: bigint;
  burned: bigint;
};

type Move = RowOf<"moves">;
type Release = { readonly index: number; readonly startHeight: number };

/**
 * Rule EVID-4: burns what unbonds or moved away since, then of the pool; of each at most `slashPpm`, in all at most
 * `due`. PERF: reads unbondings and moves once. The caller recycles what was burned.
 */
export function burnBackings(execution: Execution, burns: readonly Burn[]): void {
  const { state } = execution;
  const byPool = new Map<number, Burn[]>();
  for (const burn of burns) byPool.set(burn.pool, [...(byPool.get(burn.pool) ?? []), burn]);
  burnUnbondings(state, byPool);
  burnMoves(execution, byPool);
  for (const burn of burns) {
    const pool = poolAt(state, burn.pool);
    const part = dueOf(burn, effectiveStake(pool));
    if (part <= 0n) continue;
    patchPool(state, pool, { amount: pool.amount - part });
    burn.burned += part;
  }
}

/** What is due of an amount. */
function dueOf({ slashPpm, due, burned }: Burn, amount: bigint): bigint {
  return least((amount * slashPpm) / PPM, due - burned);
}

function burnUnbondings(state: LedgerState, byPool: ReadonlyMap<number, readonly Burn[]>): void {
  readRows(state, "unbondings").forEach(({ pool, startHeight }, index) => {
    for (const burn of byPool.get(pool) ?? []) {
      if (startHeight < burn.sinceHeight) continue;
      const { amount, backed } = readRow(state, "unbondings", index);
      const part = dueOf(burn, backed);
      if (part <= 0n) continue;
      patchRow(state, "unbondings", index, { amount: amount - part, backed: backed - part });
      burn.burned += part;
    }
  });
}

function burnMoves(execution: Execution, byPool: ReadonlyMap<number, readonly Burn[]>): void {
  const { state } = execution;
  const moves = readRows(state, "moves").flatMap((move, index) => {
    const burns = (byPool.get(move.fromPool) ?? []).filter(({ sinceHeight }) => move.height >= sinceHeight);
    return burns.length === 0 ? [] : [{ move, index, burns }];
  });
  if (moves.length === 0) return;
  const releases = releasesByHolder(state);
  for (const { move, index, burns } of moves) {
    let { amount } = move;
    for (const burn of burns) {
      const part = dueOf(burn, amount);
      if (part <= 0n) continue;
      const found = burnPosition(execution, move, part);
      const gone = found + burnReleases(state, move, part - found, releases);
      burn.burned += gone;
      amount -= least(gone, amount);
    }
    patchRow(state, "moves", index, { amount });
  }
}

/** @returns what was burned of the position that took the move: a spike more at most */
function burnPosition({ state, emit }: Execution, { toPool, address }: Move, wanted: bigint): bigint {
  const position = findPosition(state, toPool, address);
  if (position === undefined) return 0n;
  const { value } = planRemoval(state, position, 0n);
  const part = planRemoval(state, position, least(wanted, value));
  const emptied = part.amount > part.fromAdded && part.shares >= position.shares;
  // Where rounding up would sell the last share, all of the position goes.
  const removal = emptied ? planRemoval(state, position, value) : part;
  const { amount, shares } = removal;
  if (amount === 0n) return 0n;
  removeStake(state, removal);
  const hotkey = poolAt(state, toPool).hotkey as Hotkey;
  emit({ kind: "StakeBurned", pool: toPool, hotkey, address: address as AddressBytes, amount, shares });
  return amount;
}

/** @returns what was burned of what the holder took out since the move */
function burnReleases(
  state: LedgerState,
  { toPool, address, height }: Move,
  wanted: bigint,
  releases: ReadonlyMap<string, readonly Release[]>,
): bigint {
  let burned = 0n;
  for (const { index, startHeight } of releases.get(holderKey(toPool, address)) ?? []) {
    if (startHeight < height || burned >= wanted) continue;
    const { amount, backed } = readRow(state, "unbondings", index);
    const part = least(wanted - burned, amount);
    patchRow(state, "unbondings", index, { amount: amount - part, backed: least(backed, amount - part) });
    burned += part;
  }
  return burned;
}

function releasesByHolder(state: LedgerState): Map<string, Release[]> {
  const releases = new Map<string, Release[]>();
  readRows(state, "unbondings").forEach(({ pool, address, startHeight }, index) => {
    const key = holderKey(pool, address);
    releases.set(key, [...(releases.get(key) ?? []), { index, startHeight }]);
  });
  return releases;
}

function holderKey(pool: number, address: Uint8Array): string {
  return `${pool} ${bytesToHex(address)}`;
}

function least(...values: readonly [bigint, ...bigint[]]): bigint {
  let [found] = values;
  for (const value of values) if (value < found) found = value;
  return found;
}
