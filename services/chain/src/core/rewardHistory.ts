/** Where an event stands among all. */
type Place = { readonly height: number; readonly index: number };

/** A payment to a pool; a share's price is stake / shares. */
export type Payment = Place & {
  readonly hotkey: Uint8Array;
  readonly epoch: number;
  /** For all stake, and the owner's take of it. */
  readonly amount: bigint;
  readonly take: bigint;
  /** For the owner besides. */
  readonly own: bigint;
  readonly ownerShares: bigint;
  readonly stakeBefore: bigint;
  readonly sharesBefore: bigint;
  readonly stakeAfter: bigint;
  readonly sharesAfter: bigint;
};

/** Shares of one pool that an address won or, below zero, gave up. */
export type ShareChange = Place & { readonly shares: bigint };

/** Money in spikes. */
export type Reward = {
  readonly hotkey: Uint8Array;
  readonly epoch: number;
  readonly height: number;
  readonly amount: bigint;
  readonly take: bigint;
  readonly own: bigint;
  readonly stakeBefore: bigint;
  readonly stakeAfter: bigint;
};

/** What a pool got, as its payments tell. */
export function rewardsOfPool(payments: readonly Payment[]): Reward[] {
  return payments.map((paid) => ({ ...factsOf(paid), amount: paid.amount + paid.own }));
}

/**
 * What one position of a pool got: its shares at each payment follow from those that it has now, going back.
 * @param payments newest first
 * @param changes of this position, newest first, all since the oldest payment
 */
export function rewardsOfPosition(
  payments: readonly Payment[],
  changes: readonly ShareChange[],
  { shares: present, isOwner }: { readonly shares: bigint; readonly isOwner: boolean },
): Reward[] {
  const rewards: Reward[] = [];
  let shares = present;
  let next = 0;
  for (const paid of payments) {
    for (let change = changes[next]; change !== undefined && isAfter(change, paid); change = changes[++next])
      shares -= change.shares;
    const before = isOwner ? shares - paid.ownerShares : shares;
    const stakeAfter = worth(shares, paid.stakeAfter, paid.sharesAfter);
    const stakeBefore = worth(before, paid.stakeBefore, paid.sharesBefore);
    shares = before;
    if (stakeAfter === 0n) continue;
    const parts = isOwner ? {} : { take: 0n, own: 0n };
    rewards.push({ ...factsOf(paid), ...parts, amount: stakeAfter - stakeBefore, stakeBefore, stakeAfter });
  }
  return rewards;
}

function factsOf({ hotkey, epoch, height, take, own, stakeBefore, stakeAfter }: Payment) {
  return { hotkey, epoch, height, take, own, stakeBefore, stakeAfter };
}

function worth(shares: bigint, stake: bigint, all: bigint): bigint {
  return all === 0n ? 0n : (shares * stake) / all;
}

function isAfter(a: Place, b: Place): boolean {
  return a.height > b.height || (a.height === b.height && a.index > b.index);
}
