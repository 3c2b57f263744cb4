import {
  asHeight,
  asSpikes,
  type DecodedTransaction,
  InvariantError,
  type Spikes,
  UNSTAKE_ALL,
  type UnstakeAction,
} from "@ganglion/types";
import { type Rejection, reject } from "../rejections.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import {
  findPool,
  findPosition,
  type Position,
  poolOfHotkey,
  removeStake,
  sharesToAmount,
} from "../state/pools.ts";
import { pushRow } from "../state/rows.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** Rules STAKE-4 and STAKE-5. */
export const unstake: TransactionRule<"unstake"> = { lane: "transfers", paysFee: () => false, check, apply };

/** What leaves a position, and what it was worth before. */
type Removal = {
  readonly position: Position;
  readonly value: Spikes;
  readonly amount: Spikes;
  readonly shares: bigint;
};

function check({ state, params }: CheckView, { tx, action }: Priced<"unstake">): Rejection | undefined {
  if (findPool(state, tx.body.sender) !== undefined) return reject("STAKE_BY_HOTKEY");
  const removal = removalOf(state, tx, action);
  if (removal === undefined || removal.value === 0n) return reject("STAKE_NOTHING");
  const { position, value, amount, shares } = removal;
  if (amount > value) return reject("STAKE_INSUFFICIENT", `it has ${value} spikes`);
  if (amount === value) return undefined;
  if (amount < params.minStakeSpikes) return reject("STAKE_TOO_SMALL");
  return value - amount < params.minStakeSpikes || shares >= position.shares
    ? reject("STAKE_LEAVES_DUST", `it has ${value} spikes`)
    : undefined;
}

function apply(execution: Execution, { tx, action }: Priced<"unstake">): void {
  const { state, params, height, timeMs, epoch, emit } = execution;
  const removal = removalOf(state, tx, action);
  if (removal === undefined) throw new InvariantError("a checked position is gone");
  const { position, amount, shares } = removal;
  removeStake(state, position, { amount, shares, epoch });
  const releaseHeight = asHeight(height + params.unbondingBlocks);
  const releaseTimeMs = timeMs + params.unbondingMs;
  const { hotkey } = action;
  const address = tx.body.sender;
  pushRow(state, "unbondings", { address, hotkey, amount, releaseHeight, releaseTimeMs });
  emit({ kind: "StakeUnbonding", hotkey, address, amount, releaseHeight, releaseTimeMs });
}

/** Shares are rounded up, so that no sequence of withdrawals takes more than its part. */
function removalOf(
  state: LedgerState,
  tx: DecodedTransaction,
  { hotkey, amount: wanted }: UnstakeAction,
): Removal | undefined {
  const position = findPosition(state, hotkey, tx.body.sender);
  if (position === undefined) return undefined;
  const pool = poolOfHotkey(state, hotkey);
  const value = sharesToAmount(pool, position.shares);
  const amount = wanted === UNSTAKE_ALL ? value : wanted;
  if (amount >= value) return { position, value, amount: asSpikes(amount), shares: position.shares };
  const shares = (amount * pool.shares + pool.amount - 1n) / pool.amount;
  return { position, value, amount: asSpikes(amount), shares };
}
