import {
  type AddressBytes,
  addressOfKey,
  asSpikes,
  equalBytes,
  type Hotkey,
  InvariantError,
  type PoolRow,
  type Spikes,
} from "@ganglion/types";
import type { LedgerState, StateLookup } from "./ledgerState.ts";
import { readParams } from "./params.ts";
import { patchRow, pushRow, readRow, readStruct, rowCount } from "./rows.ts";

export type Pool = Readonly<PoolRow> & { readonly index: number };

const NO_KEY = new Uint8Array(32);

export function poolAt(state: LedgerState, index: number): Pool {
  return { ...readRow(state, "pools", index), index };
}

/** @param address of the hotkey */
export function findPool(state: LedgerState, address: Uint8Array): Pool | undefined {
  const count = rowCount(state, "pools");
  const isAt = (row: number): boolean =>
    row < count && equalBytes(addressOfKey(readRow(state, "pools", row).hotkey), address);
  const index = state.lookup.pools.find(address, isAt);
  return index === undefined ? undefined : poolAt(state, index);
}

export function findPoolOfHotkey(state: LedgerState, hotkey: Uint8Array): Pool | undefined {
  const count = rowCount(state, "pools");
  const isAt = (row: number): boolean =>
    row < count && equalBytes(readRow(state, "pools", row).hotkey, hotkey);
  const index = state.lookup.pools.find(hotkey, isAt);
  return index === undefined ? undefined : poolAt(state, index);
}

/** @throws InvariantError: a registered hotkey has a pool for ever */
export function poolOfHotkey(state: LedgerState, hotkey: Uint8Array): Pool {
  const pool = findPoolOfHotkey(state, hotkey);
  if (pool === undefined) throw new InvariantError("a registered hotkey has no stake pool");
  return pool;
}

/** Whether the address is the owner of any hotkey, also of one that lost its slot. */
export function ownsPool(state: LedgerState, address: Uint8Array): boolean {
  const count = rowCount(state, "pools");
  const isAt = (row: number): boolean =>
    row < count && equalBytes(readRow(state, "pools", row).owner, address);
  return state.lookup.owners.find(address, isAt) !== undefined;
}

/** Lets the pool be found by its hotkey, by the hotkey's address and by its owner. */
export function indexPool(
  lookup: StateLookup,
  { hotkey, owner }: Pick<PoolRow, "hotkey" | "owner">,
  index: number,
): void {
  lookup.owners.add(owner, index);
  lookup.pools.add(hotkey, index);
  lookup.pools.add(addressOfKey(hotkey), index);
}

/** Makes the pool of a hotkey at its first registration; its owner is fixed from then on. */
export function ensurePool(state: LedgerState, hotkey: Hotkey, owner: AddressBytes): void {
  if (findPoolOfHotkey(state, hotkey) !== undefined) return;
  const row = {
    hotkey,
    owner,
    amount: 0n,
    shares: 0n,
    addedAmount: 0n,
    takePpm: readParams(state).takeDefaultPpm,
    takeRaisedAt: 0,
    consensusKey: NO_KEY,
    boundAt: 0,
    jailedUntilHeight: 0,
    jailedUntilMs: 0,
    tombstoned: false,
    round: readStruct(state, "governance").round,
    roundAmount: 0n,
    roundShares: 0n,
  };
  indexPool(state.lookup, row, pushRow(state, "pools", row));
}

/** The only way to change what a pool holds: keeps what it held when governance's round began (rule GOV). */
export function patchPool(state: LedgerState, pool: Pool, change: Partial<PoolRow>): void {
  const { round } = readStruct(state, "governance");
  const checkpoint =
    pool.round < round ? { round, roundAmount: effectiveStake(pool), roundShares: pool.shares } : {};
  patchRow(state, "pools", pool.index, { ...checkpoint, ...change });
}

/** Rule STAKE-3: stake that counts; what was added during this epoch does not yet. */
export function effectiveStake(pool: Pick<PoolRow, "amount" | "addedAmount">): Spikes {
  return asSpikes(pool.amount - pool.addedAmount);
}
