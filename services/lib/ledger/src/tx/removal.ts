import type { ProtocolParams } from "@ganglion/params";
import { type DecodedTransaction, InvariantError, UNSTAKE_ALL } from "@ganglion/types";
import { type Rejection, reject } from "../rejections.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { findPool, findPoolOfHotkey } from "../state/pools.ts";
import { findPosition } from "../state/positions.ts";
import { planRemoval, positionValue, type Removal } from "../state/stake.ts";

type Wish = { readonly hotkey: Uint8Array; readonly amount: bigint };

/** Rules STAKE-2 and STAKE-4, for unstaking and for moving. */
export function checkRemoval(
  state: LedgerState,
  tx: DecodedTransaction,
  wish: Wish,
  { minStakeSpikes }: ProtocolParams,
): Rejection | undefined {
  if (findPool(state, tx.body.sender) !== undefined) return reject("STAKE_BY_HOTKEY");
  const removal = findRemoval(state, tx, wish);
  if (removal === undefined || removal.value === 0n) return reject("STAKE_NOTHING");
  const { position, value, amount, fromAdded, shares } = removal;
  if (amount > value) return reject("STAKE_INSUFFICIENT", `it has ${value} spikes`);
  if (amount === value) return undefined;
  if (amount < minStakeSpikes) return reject("STAKE_TOO_SMALL");
  const emptied = amount > fromAdded && shares >= position.shares;
  return value - amount < minStakeSpikes || emptied
    ? reject("STAKE_LEAVES_DUST", `it has ${value} spikes`)
    : undefined;
}

/** @throws InvariantError: the check found it */
export function removalOf(state: LedgerState, tx: DecodedTransaction, wish: Wish): Removal {
  const removal = findRemoval(state, tx, wish);
  if (removal === undefined) throw new InvariantError("a checked position is gone");
  return removal;
}

function findRemoval(
  state: LedgerState,
  tx: DecodedTransaction,
  { hotkey, amount }: Wish,
): Removal | undefined {
  const pool = findPoolOfHotkey(state, hotkey);
  const position = pool && findPosition(state, pool.index, tx.body.sender);
  if (pool === undefined || position === undefined) return undefined;
  const wanted = amount === UNSTAKE_ALL ? positionValue(pool, position) : amount;
  return planRemoval(state, position, wanted);
}
