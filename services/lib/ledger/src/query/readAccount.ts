import { asSpikes, equalBytes, type Hotkey, type Spikes } from "@ganglion/types";
import { findAccount } from "../state/accounts.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { poolOfHotkey, sharesToAmount } from "../state/pools.ts";
import { readRows } from "../state/rows.ts";

export type AccountView = {
  readonly exists: boolean;
  readonly balance: Spikes;
  readonly nonce: number;
  /** Positions that have shares. */
  readonly stakes: readonly { readonly hotkey: Hotkey; readonly amount: Spikes; readonly shares: bigint }[];
  readonly unbondings: readonly {
    readonly hotkey: Hotkey;
    readonly amount: Spikes;
    readonly releaseHeight: number;
    readonly releaseTimeMs: number;
  }[];
};

/** PERF: reads all positions and unbondings. */
export function readAccount(state: LedgerState, address: Uint8Array): AccountView {
  const account = findAccount(state, address);
  const stakes = readRows(state, "positions")
    .filter((row) => row.shares > 0n && equalBytes(row.address, address))
    .map(({ hotkey, shares }) => ({
      hotkey: hotkey as Hotkey,
      amount: sharesToAmount(poolOfHotkey(state, hotkey), shares),
      shares,
    }));
  const unbondings = readRows(state, "unbondings")
    .filter((row) => equalBytes(row.address, address))
    .map(({ hotkey, amount, releaseHeight, releaseTimeMs }) => ({
      hotkey: hotkey as Hotkey,
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
