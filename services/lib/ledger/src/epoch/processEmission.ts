import { asEpochIndex, asSpikes, type Hotkey, type Spikes } from "@ganglion/types";
import { blockEmission } from "../consensus/blockEmission.ts";
import { splitByLargestRemainder } from "../consensus/splitByLargestRemainder.ts";
import { toFractions53 } from "../consensus/toFractions53.ts";
import { findNeuronOfHotkey } from "../state/neurons.ts";
import { effectiveStake, poolAt, poolOfHotkey } from "../state/pools.ts";
import { readRows, readStruct } from "../state/rows.ts";
import { payPool } from "../state/stake.ts";
import { issuanceOf, mint } from "../state/supply.ts";
import type { Execution } from "../tx/transactionRule.ts";
import type { EpochConsensus } from "./processConsensus.ts";

const PPM = 1_000_000n;

/** For the owner alone, and for all stake of a pool. */
type Due = { readonly own: bigint; readonly shared: bigint };

/** What an epoch minted, and to whom by uid. */
export type EpochEmission = {
  readonly minted: Spikes;
  readonly miners: readonly bigint[];
  readonly validators: readonly bigint[];
  readonly consensus: readonly bigint[];
  /** Paid to consensus keys, also of hotkeys that have no slot. */
  readonly consensusMinted: Spikes;
};

/** Rules EMIT-1 to EMIT-6: mints for the counted blocks and pays it into pools, to the last spike. */
export function processEmission(
  execution: Execution,
  { output, neurons }: EpochConsensus,
  countedBlocks: number,
): EpochEmission {
  const { state, params } = execution;
  const incentive = toFractions53(output.incentive);
  const total = sumOf(incentive) === 0n ? 0n : emissionOf(execution, countedBlocks);
  mint(state, total);
  const due = new Map<number, Due>();
  const consensus = dueToConsensusKeys(execution, neurons.length, total, due);
  const rest = total - consensus.paid;
  const bootstrap = readStruct(state, "bootstrap").active;
  const minerShare = BigInt(bootstrap ? params.minerShareBootstrapPpm : params.minerSharePpm);
  const dividends = toFractions53(output.dividends);
  const forMiners = sumOf(dividends) === 0n ? rest : (rest * minerShare) / PPM;
  const miners = split(forMiners, incentive);
  const validators = split(rest - forMiners, dividends);
  neurons.forEach(({ hotkey }, uid) => {
    const payment = { own: miners[uid] ?? 0n, shared: validators[uid] ?? 0n };
    if (payment.own + payment.shared > 0n) addDue(due, poolOfHotkey(state, hotkey).index, payment);
  });
  payPools(execution, due);
  return {
    minted: asSpikes(total),
    miners,
    validators,
    consensus: consensus.byUid,
    consensusMinted: asSpikes(consensus.paid),
  };
}

/** Rule EMIT-6: by ascending pool. */
function payPools({ state, params, epoch, emit }: Execution, due: ReadonlyMap<number, Due>): void {
  for (const [pool, payment] of [...due].sort(([a], [b]) => a - b)) {
    const { before, after, take, ownerShares } = payPool(state, pool, payment, params.takeMaxPpm);
    emit({
      kind: "PoolPaid",
      pool,
      hotkey: before.hotkey as Hotkey,
      epoch: asEpochIndex(epoch),
      amount: asSpikes(payment.shared),
      take,
      own: asSpikes(payment.own),
      ownerShares,
      stakeBefore: effectiveStake(before),
      sharesBefore: before.shares,
      stakeAfter: effectiveStake(after),
      sharesAfter: after.shares,
    });
  }
}

function addDue(due: Map<number, Due>, pool: number, { own, shared }: Due): void {
  const before = due.get(pool) ?? { own: 0n, shared: 0n };
  due.set(pool, { own: before.own + own, shared: before.shared + shared });
}

/** Rule EMIT-1: counted blocks are paid one by one at the issuance reached. */
function emissionOf({ state, params }: Execution, countedBlocks: number): bigint {
  const before = issuanceOf(state);
  let issuance: bigint = before;
  for (let i = 0; i < countedBlocks; i++) issuance += blockEmission(issuance, params.supplyCapSpikes);
  return issuance - before;
}

/** Rule EMIT-3: by power to keys that signed half of the epoch's blocks, no fault of theirs proven; the rest joins the rest. */
function dueToConsensusKeys(
  { state, params }: Execution,
  n: number,
  total: bigint,
  due: Map<number, Due>,
): { readonly paid: bigint; readonly byUid: bigint[] } {
  const keys = readRows(state, "consensusKeys");
  const { commitsSeen } = readStruct(state, "clock");
  const share = (total * BigInt(params.consensusSharePpm)) / PPM;
  const parts = split(
    share,
    keys.map((key) => key.power),
  );
  const byUid = Array.from({ length: n }, () => 0n);
  let paid = 0n;
  keys.forEach((key, index) => {
    const part = parts[index] ?? 0n;
    const pool = poolAt(state, key.pool);
    const signed = commitsSeen > 0 && key.signedBlocks * 2 >= commitsSeen;
    if (part === 0n || !signed || pool.tombstoned) return;
    addDue(due, key.pool, { own: 0n, shared: part });
    paid += part;
    const neuron = findNeuronOfHotkey(state, pool.hotkey);
    if (neuron !== undefined) byUid[neuron.uid] = (byUid[neuron.uid] ?? 0n) + part;
  });
  return { paid, byUid };
}

function split(total: bigint, weights: readonly bigint[]): bigint[] {
  return sumOf(weights) === 0n ? weights.map(() => 0n) : splitByLargestRemainder(total, weights);
}

function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}
