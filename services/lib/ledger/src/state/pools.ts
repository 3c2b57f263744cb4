import {
  type AddressBytes,
  addressOfKey,
  asSpikes,
  equalBytes,
  type Hotkey,
  InvariantError,
  type PoolRow,
  type PositionRow,
  type Spikes,
} from "@ganglion/types";
import { concatBytes } from "@noble/hashes/utils.js";
import type { LedgerState, StateLookup } from "./ledgerState.ts";
import { patchRow, pushRow, readRow, rowCount } from "./rows.ts";

/** Shares that a spike buys in an empty pool: so many that rounding stays far below a spike as the price rises. */
const SHARES_PER_SPIKE = 1n << 32n;

export type Pool = Readonly<PoolRow> & { readonly index: number };
export type Position = Readonly<PositionRow> & { readonly index: number };

/** @param address of the hotkey */
export function findPool(state: LedgerState, address: Uint8Array): Pool | undefined {
  const count = rowCount(state, "pools");
  const isAt = (row: number): boolean =>
    row < count && equalBytes(addressOfKey(readRow(state, "pools", row).hotkey), address);
  const index = state.lookup.pools.find(address, isAt);
  return index === undefined ? undefined : { ...readRow(state, "pools", index), index };
}

export function findPoolOfHotkey(state: LedgerState, hotkey: Uint8Array): Pool | undefined {
  const count = rowCount(state, "pools");
  const isAt = (row: number): boolean =>
    row < count && equalBytes(readRow(state, "pools", row).hotkey, hotkey);
  const index = state.lookup.pools.find(hotkey, isAt);
  return index === undefined ? undefined : { ...readRow(state, "pools", index), index };
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

/** Lets the position be found. */
export function indexPosition(lookup: StateLookup, row: Readonly<PositionRow>, index: number): void {
  lookup.positions.add(concatBytes(row.hotkey, row.address), index);
}

/** @throws InvariantError: a registered hotkey has a pool for ever */
export function poolOfHotkey(state: LedgerState, hotkey: Uint8Array): Pool {
  const pool = findPoolOfHotkey(state, hotkey);
  if (pool === undefined) throw new InvariantError("a registered hotkey has no stake pool");
  return pool;
}

/** Rule STAKE: stake that counts in an epoch; what was added during it does not yet. */
export function effectiveStake(pool: Readonly<PoolRow>, epoch: number): Spikes {
  return asSpikes(pool.addedEpoch === epoch ? pool.amount - pool.addedAmount : pool.amount);
}

/** Makes the pool of a hotkey at its first registration; its owner is fixed from then on. */
export function ensurePool(state: LedgerState, hotkey: Hotkey, owner: AddressBytes): void {
  if (findPoolOfHotkey(state, hotkey) !== undefined) return;
  const row = { hotkey, owner, amount: 0n, shares: 0n, addedAmount: 0n, addedEpoch: 0 };
  indexPool(state.lookup, row, pushRow(state, "pools", row));
}

export function findPosition(
  state: LedgerState,
  hotkey: Uint8Array,
  address: Uint8Array,
): Position | undefined {
  const count = rowCount(state, "positions");
  const isAt = (row: number): boolean => {
    if (row >= count) return false;
    const position = readRow(state, "positions", row);
    return equalBytes(position.hotkey, hotkey) && equalBytes(position.address, address);
  };
  const index = state.lookup.positions.find(concatBytes(hotkey, address), isAt);
  return index === undefined ? undefined : { ...readRow(state, "positions", index), index };
}

/** What shares are worth, rounded down. */
export function sharesToAmount(pool: Readonly<PoolRow>, shares: bigint): Spikes {
  return asSpikes(pool.shares === 0n ? 0n : (shares * pool.amount) / pool.shares);
}

/** Shares that an amount buys, rounded down. */
export function amountToShares(pool: Readonly<PoolRow>, amount: bigint): bigint {
  return pool.shares === 0n ? amount * SHARES_PER_SPIKE : (amount * pool.shares) / pool.amount;
}

/** Rule STAKE: an address's stake, bought at the pool's present price. */
export function addStake(
  state: LedgerState,
  hotkey: Hotkey,
  address: AddressBytes,
  added: { readonly amount: bigint; readonly epoch: number },
): void {
  const pool = poolOfHotkey(state, hotkey);
  const shares = amountToShares(pool, added.amount);
  const before = pool.addedEpoch === added.epoch ? pool.addedAmount : 0n;
  patchRow(state, "pools", pool.index, {
    amount: pool.amount + added.amount,
    shares: pool.shares + shares,
    addedAmount: before + added.amount,
    addedEpoch: added.epoch,
  });
  addShares(state, hotkey, address, shares);
}

/** Rule STAKE: takes an amount out of a position; what was added last leaves first. */
export function removeStake(
  state: LedgerState,
  position: Position,
  removed: { readonly amount: bigint; readonly shares: bigint; readonly epoch: number },
): void {
  const pool = poolOfHotkey(state, position.hotkey);
  const added = pool.addedEpoch === removed.epoch ? pool.addedAmount : 0n;
  patchRow(state, "pools", pool.index, {
    amount: pool.amount - removed.amount,
    shares: pool.shares - removed.shares,
    addedAmount: added > removed.amount ? added - removed.amount : 0n,
  });
  patchRow(state, "positions", position.index, { shares: position.shares - removed.shares });
}

/** Rule EMIT: emission raises the price of all shares; in an empty pool it buys the owner the first. */
export function payPool(state: LedgerState, hotkey: Hotkey, amount: bigint): void {
  const pool = poolOfHotkey(state, hotkey);
  const bought = pool.shares === 0n ? amountToShares(pool, amount) : 0n;
  patchRow(state, "pools", pool.index, { amount: pool.amount + amount, shares: pool.shares + bought });
  if (bought > 0n) addShares(state, hotkey, pool.owner as AddressBytes, bought);
}

function addShares(state: LedgerState, hotkey: Hotkey, address: AddressBytes, shares: bigint): void {
  const position = findPosition(state, hotkey, address);
  if (position !== undefined) {
    patchRow(state, "positions", position.index, { shares: position.shares + shares });
    return;
  }
  const row = { hotkey, address, shares };
  indexPosition(state.lookup, row, pushRow(state, "positions", row));
}
