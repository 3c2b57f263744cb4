import { hexToBytes } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import { z } from "zod";
import { type HistorySubject, subjectOf } from "../core/historySubjects.ts";
import type { Payment, ShareChange } from "../core/rewardHistory.ts";

const bytes = z.string().transform(hexToBytes);
const amount = z.string().transform(BigInt);

const paid = z.object({
  hotkey: bytes,
  epoch: z.int(),
  amount,
  take: amount,
  own: amount,
  ownerShares: amount,
  stakeBefore: amount,
  sharesBefore: amount,
  stakeAfter: amount,
  sharesAfter: amount,
});
const changed = z.object({ pool: z.int(), shares: amount });
const named = z.object({ pool: z.int().optional(), address: z.string().optional() });

/** Whose history names a stored event. */
export function storedSubject({ kind, json }: chain.Event): HistorySubject | undefined {
  const { pool, address } = named.parse(JSON.parse(json));
  return subjectOf({
    kind,
    ...(pool !== undefined && { pool }),
    ...(address !== undefined && { address: hexToBytes(address) }),
  });
}

/** The payment of a stored PoolPaid. */
export function paymentOf({ height, index, json }: chain.Event): Payment {
  return { height, index, ...paid.parse(JSON.parse(json)) };
}

/** The shares of a pool that a stored StakeCounted won, or a StakeUnbonding, StakeMoved or StakeBurned gave up. */
export function shareChangeOf({
  height,
  index,
  kind,
  json,
}: chain.Event): ShareChange & { readonly pool: number } {
  const { pool, shares } = changed.parse(JSON.parse(json));
  return { height, index, pool, shares: kind === "StakeCounted" ? shares : -shares };
}
