import { bytesToHex, CONSENSUS_KEYS_LIMIT } from "@ganglion/types";
import { hasConsensusKey, isJailed, LEAST_POWER } from "../state/consensusKeys.ts";
import { type Pool, poolAt } from "../state/pools.ts";
import { readRows, readStruct, rowCount } from "../state/rows.ts";
import type { Execution } from "../tx/transactionRule.ts";

/** All powers together, at most: half of what CometBFT takes, 2^63 / 8. */
const MOST_POWER = 1n << 59n;

/** A key with the power that stake, or genesis, gives it. */
export type SelectedKey = {
  readonly consensusKey: Uint8Array;
  readonly pool: number;
  readonly power: bigint;
};

/**
 * Rules POWER-3 and POWER-4: the set as it should be: during the bootstrap the keys of genesis alike, then the
 * `maxValidators` greatest stakes with a bound key, and keys of genesis up to `minConsensusKeys`.
 * PERF: O(pools).
 */
export function selectKeys(execution: Execution): SelectedKey[] {
  const { state, params } = execution;
  const fit = fitPools(execution);
  const genesisPools = new Set(
    readRows(state, "consensusKeys").flatMap((row) => (row.genesis ? [row.pool] : [])),
  );
  const genesis = fit.filter(({ index }) => genesisPools.has(index));
  if (readStruct(state, "bootstrap").active) return genesis.map((pool) => select(pool, LEAST_POWER));
  const rich = fit.filter(({ amount }) => amount >= LEAST_POWER && amount >= params.minStakeSpikes);
  const staked = withRoom(execution, rich.sort(compareForSet)).slice(0, params.maxValidators);
  const total = staked.reduce((sum, { amount }) => sum + amount, 0n);
  const mean = staked.length === 0 ? LEAST_POWER : total / BigInt(staked.length);
  const fillers = genesis
    .filter((pool) => !staked.includes(pool))
    .slice(0, Math.max(0, params.minConsensusKeys - staked.length));
  return scale([
    ...staked.map((pool) => select(pool, pool.amount)),
    ...fillers.map((pool) => select(pool, mean)),
  ]);
}

function fitPools({ state, height, timeMs }: Execution): Pool[] {
  const fit: Pool[] = [];
  for (let index = 0; index < rowCount(state, "pools"); index++) {
    const pool = poolAt(state, index);
    if (hasConsensusKey(pool) && !pool.tombstoned && !isJailed(pool, height, timeMs)) fit.push(pool);
  }
  return fit;
}

/** Greater stakes first, then who bound its key earlier, then the older pool. */
function compareForSet(a: Pool, b: Pool): number {
  if (a.amount !== b.amount) return a.amount > b.amount ? -1 : 1;
  return a.boundAt - b.boundAt || a.index - b.index;
}

/** Who is in the ledger's list of keys, or finds room in it. */
function withRoom({ state }: Execution, pools: readonly Pool[]): Pool[] {
  const rows = readRows(state, "consensusKeys");
  const known = new Set(rows.map(({ consensusKey }) => bytesToHex(consensusKey)));
  let room = CONSENSUS_KEYS_LIMIT - rows.length;
  return pools.filter((pool) => known.has(bytesToHex(pool.consensusKey)) || room-- > 0);
}

function select({ consensusKey, index }: Pool, power: bigint): SelectedKey {
  return { consensusKey, pool: index, power };
}

/** Keeps the sum within what the engine takes. */
function scale(keys: SelectedKey[]): SelectedKey[] {
  const total = keys.reduce((sum, { power }) => sum + power, 0n);
  if (total <= MOST_POWER) return keys;
  return keys.map((key) => ({ ...key, power: (key.power * MOST_POWER) / total }));
}
