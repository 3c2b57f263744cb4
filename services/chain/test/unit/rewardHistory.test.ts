import { describe, expect, it } from "@jest/globals";
import { type Payment, rewardsOfPool, rewardsOfPosition } from "../../src/core/rewardHistory.ts";

const payment = (height: number, change: Partial<Payment>): Payment => ({
  hotkey: new Uint8Array(32),
  height,
  index: 5,
  epoch: height / 10,
  amount: 0n,
  take: 0n,
  own: 0n,
  ownerShares: 0n,
  stakeBefore: 100n,
  sharesBefore: 100n,
  stakeAfter: 100n,
  sharesAfter: 100n,
  ...change,
});

/** Newest first: a pool of 100 that grew to 150, then 10 shares came in, then it grew to 240 with a take. */
const payments = [
  payment(20, {
    amount: 80n,
    take: 20n,
    ownerShares: 10n,
    stakeBefore: 160n,
    sharesBefore: 110n,
    stakeAfter: 240n,
    sharesAfter: 120n,
  }),
  payment(10, { amount: 50n, stakeAfter: 150n }),
];

describe("rewardsOfPosition", () => {
  it("goes back from the present shares over what changed them", () => {
    const changes = [
      { height: 25, index: 0, shares: -50n },
      { height: 10, index: 9, shares: 10n },
    ];
    const rewards = rewardsOfPosition(payments, changes, { shares: 10n, isOwner: false });
    expect(
      rewards.map(({ stakeBefore, stakeAfter, amount, take }) => [stakeBefore, stakeAfter, amount, take]),
    ).toEqual([
      [87n, 120n, 33n, 0n],
      [50n, 75n, 25n, 0n],
    ]);
  });

  it("counts what the owner's parts bought as the owner's", () => {
    const [last] = rewardsOfPosition(payments, [], { shares: 60n, isOwner: true });
    expect(last).toMatchObject({ stakeBefore: 72n, stakeAfter: 120n, amount: 48n, take: 20n });
  });

  it("leaves out what was paid before there was a position", () => {
    const rewards = rewardsOfPosition(payments, [{ height: 15, index: 0, shares: 7n }], {
      shares: 7n,
      isOwner: false,
    });
    expect(rewards.map(({ height }) => height)).toEqual([20]);
  });
});

describe("rewardsOfPool", () => {
  it("adds what all stake got and what the owner got", () => {
    const [reward] = rewardsOfPool([payment(10, { amount: 5n, own: 7n })]);
    expect(reward).toMatchObject({ amount: 12n, own: 7n });
  });
});
