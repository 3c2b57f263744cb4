import { asSpikes, equalBytes, type Hotkey, type Spikes } from "@ganglion/types";
import { findAccount } from "../state/accounts.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { poolAt } from "../state/pools.ts";
import { positionsOf } from "../state/positions.ts";
import { readRows } from "../state/rows.ts";
import { positionValue } from "../state/stake.ts";

/** A position; `added` is the part of `amount` that counts from the next epoch on. */
export type StakeView = {
  readonly pool: number;
  readonly hotkey: Hotkey;
  readonly amount: Spikes;
  readonly shares: bigint;
  readonly added: Spikes;
};

export type AccountView = {
  readonly exists: boolean;
  readonly balance: Spikes;
  readonly nonce: number;
  readonly stakes: readonly StakeView[];
  readonly unbondings: readonly {
    readonly hotkey: Hotkey;
    readonly amount: Spikes;
    readonly releaseHeight: number;
    readonly releaseTimeMs: number;
  }[];
};

/** PERF: reads all unbondings. */
export function readAccount(state: LedgerState, address: Uint8Array): AccountView {
  const account = findAccount(state, address);
  const stakes = positionsOf(state, address).map((position) => {
    const pool = poolAt(state, position.pool);
    return {
      pool: pool.index,
      hotkey: pool.hotkey as Hotkey,
      amount: positionValue(pool, position),
      shares: position.shares,
      added: asSpikes(position.addedAmount),
    };
  });
  const unbondings = readRows(state, "unbondings")
    .filter((row) => equalBytes(row.address, address))
    .map(({ pool, amount, releaseHeight, releaseTimeMs }) => ({
      hotkey: poolAt(state, pool).hotkey as Hotkey,
      amount: asSpikes(amount),
      releaseHeight,
      releaseTimeMs,
    }));
  return {
    exists: account !== undefined,
    balance: asSpikes(account?.balance ?? 0n),
    nonce: account?.nonce ?? 0,
    stakes,
    unbondings,
  };
}
