import { type AddressBytes, asSpikes, type PoolRow, type Spikes } from "@ganglion/types";
import type { LedgerState } from "./ledgerState.ts";
import { effectiveStake, type Pool, patchPool, poolAt } from "./pools.ts";
import { ensurePosition, type Position, patchPosition, positionAt } from "./positions.ts";
import { pushRow, readRows, truncateRows } from "./rows.ts";

/** Shares that a spike buys in an empty pool: so many that rounding stays far below a spike as the price rises. */
const SHARES_PER_SPIKE = 1n << 32n;
const PPM = 1_000_000n;

type Priced = Pick<PoolRow, "amount" | "addedAmount" | "shares">;

/** What shares are worth, rounded down. */
function sharesToAmount(pool: Priced, shares: bigint): Spikes {
  return asSpikes(pool.shares === 0n ? 0n : (shares * effectiveStake(pool)) / pool.shares);
}

/** Shares that an amount buys, rounded down. */
function amountToShares(pool: Priced, amount: bigint): bigint {
  const stake = effectiveStake(pool);
  return pool.shares === 0n || stake === 0n ? amount * SHARES_PER_SPIKE : (amount * pool.shares) / stake;
}

/** All that a position is worth, also what was added to it in this epoch. */
export function positionValue(pool: Priced, position: Pick<Position, "shares" | "addedAmount">): Spikes {
  return asSpikes(sharesToAmount(pool, position.shares) + position.addedAmount);
}

/** Rule STAKE-3: adds money to a position; it buys its shares at the end of the epoch ({@link settleAddedStake}). */
export function addStake(state: LedgerState, pool: number, address: AddressBytes, amount: bigint): void {
  const row = poolAt(state, pool);
  patchPool(state, row, { amount: row.amount + amount, addedAmount: row.addedAmount + amount });
  const position = ensurePosition(state, pool, address);
  patchPosition(state, position, { addedAmount: position.addedAmount + amount });
  if (position.addedAmount === 0n) pushRow(state, "addedStakes", { position: position.index });
}

/** What leaves a position: first what was added in this epoch, then shares, rounded up (rule STAKE-4). */
export type Removal = {
  readonly position: Position;
  /** Of the whole position before. */
  readonly value: Spikes;
  readonly amount: Spikes;
  readonly fromAdded: bigint;
  readonly shares: bigint;
};

/** @param wanted more than there is gives a removal whose amount is above its value, which cannot be done */
export function planRemoval(state: LedgerState, position: Position, wanted: bigint): Removal {
  const pool = poolAt(state, position.pool);
  const value = positionValue(pool, position);
  const { addedAmount, shares } = position;
  if (wanted >= value) return { position, value, amount: asSpikes(wanted), fromAdded: addedAmount, shares };
  const fromAdded = wanted < addedAmount ? wanted : addedAmount;
  const stake = effectiveStake(pool);
  const burned = stake === 0n ? 0n : ((wanted - fromAdded) * pool.shares + stake - 1n) / stake;
  return { position, value, amount: asSpikes(wanted), fromAdded, shares: burned };
}

export function removeStake(state: LedgerState, removal: Removal): void {
  const { position, amount, fromAdded, shares } = removal;
  const pool = poolAt(state, position.pool);
  patchPool(state, pool, {
    amount: pool.amount - amount,
    addedAmount: pool.addedAmount - fromAdded,
    shares: pool.shares - shares,
  });
  patchPosition(state, position, {
    shares: position.shares - shares,
    addedAmount: position.addedAmount - fromAdded,
  });
}

export type Payment = {
  /** For the pool's stake: the owner's take, the rest to all shares. */
  readonly shared: bigint;
  /** For the owner alone. */
  readonly own: bigint;
};

/** What a payment did: of `shared` the owner's part, and the shares that the owner's parts bought. */
export type Paid = {
  readonly before: Pool;
  readonly after: Pool;
  readonly take: Spikes;
  readonly ownerShares: bigint;
};

/** Rule EMIT-6: raises the price of all shares, then sells the owner some. O(1), whoever holds them. */
export function payPool(state: LedgerState, index: number, payment: Payment, takeMaxPpm: number): Paid {
  const before = poolAt(state, index);
  const { shared, own } = payment;
  const takePpm = BigInt(Math.min(before.takePpm, takeMaxPpm));
  const take = before.shares === 0n ? shared : (shared * takePpm) / PPM;
  const raised = { ...before, amount: before.amount + shared - take };
  const ownerShares = amountToShares(raised, take + own);
  patchPool(state, before, { amount: raised.amount + take + own, shares: before.shares + ownerShares });
  if (ownerShares > 0n) {
    const position = ensurePosition(state, index, before.owner as AddressBytes);
    patchPosition(state, position, { shares: position.shares + ownerShares });
  }
  return { before, after: poolAt(state, index), take: asSpikes(take), ownerShares };
}

/** What one position's added stake became. */
export type Settled = { readonly position: Position; readonly amount: Spikes; readonly shares: bigint };

/** Rule STAKE-3: at the end of an epoch, after its emission, all stake added in it buys its shares. */
export function settleAddedStake(state: LedgerState): Settled[] {
  const settled: Settled[] = [];
  for (const { position: index } of readRows(state, "addedStakes")) {
    const position = positionAt(state, index);
    const amount = position.addedAmount;
    if (amount === 0n) continue;
    const pool = poolAt(state, position.pool);
    const shares = amountToShares(pool, amount);
    patchPool(state, pool, { addedAmount: pool.addedAmount - amount, shares: pool.shares + shares });
    patchPosition(state, position, { addedAmount: 0n, shares: position.shares + shares });
    settled.push({ position, amount: asSpikes(amount), shares });
  }
  if (settled.length > 0 || readRows(state, "addedStakes").length > 0) truncateRows(state, "addedStakes", 0);
  return settled;
}
