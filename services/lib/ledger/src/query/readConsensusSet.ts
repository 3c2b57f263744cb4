import { type AddressBytes, asSpikes, bytesToHex, type Hotkey, type Spikes } from "@ganglion/types";
import { hasConsensusKey, isJailed } from "../state/consensusKeys.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { poolAt } from "../state/pools.ts";
import { readRows, readStruct, rowCount } from "../state/rows.ts";

/** A consensus key that is bound, or that votes or may be named by evidence. */
export type ConsensusKeyView = {
  readonly consensusKey: Uint8Array;
  readonly hotkey: Hotkey;
  readonly owner: AddressBytes;
  /** In the set that the engine was given last; 0: not in it. */
  readonly power: bigint;
  /** All stake of the pool. */
  readonly stake: Spikes;
  /** Whether it is its pool's present key. */
  readonly bound: boolean;
  /** Whether it may fill up the set. */
  readonly genesis: boolean;
  readonly jailed: boolean;
  readonly jailedUntilHeight: number;
  readonly jailedUntilMs: number;
  readonly tombstoned: boolean;
  /** Of this epoch's blocks, those whose votes were told and those that it signed. */
  readonly seenBlocks: number;
  readonly signedBlocks: number;
};

const NO_ROW = { power: 0n, genesis: false, seenBlocks: 0, signedBlocks: 0 };

/** All such keys: the greatest power first, then the greatest stake. PERF: O(pools). */
export function readConsensusSet(state: LedgerState): ConsensusKeyView[] {
  const { height, timeMs } = readStruct(state, "clock");
  const rows = readRows(state, "consensusKeys");
  const known = new Set(rows.map(({ consensusKey }) => bytesToHex(consensusKey)));
  const waiting = Array.from({ length: rowCount(state, "pools") }, (_, pool) => poolAt(state, pool))
    .filter((pool) => hasConsensusKey(pool) && !known.has(bytesToHex(pool.consensusKey)))
    .map(({ consensusKey, index }) => ({ ...NO_ROW, consensusKey, pool: index }));
  return [...rows, ...waiting]
    .map((row): ConsensusKeyView => {
      const pool = poolAt(state, row.pool);
      const { jailedUntilHeight, jailedUntilMs, tombstoned } = pool;
      const { consensusKey, power, genesis, seenBlocks, signedBlocks } = row;
      return {
        consensusKey,
        hotkey: pool.hotkey as Hotkey,
        owner: pool.owner as AddressBytes,
        power,
        stake: asSpikes(pool.amount),
        bound: bytesToHex(pool.consensusKey) === bytesToHex(consensusKey),
        genesis,
        jailed: isJailed(pool, height, timeMs),
        jailedUntilHeight,
        jailedUntilMs,
        tombstoned,
        seenBlocks,
        signedBlocks,
      };
    })
    .sort((a, b) => compareBigints(b.power, a.power) || compareBigints(b.stake, a.stake));
}

function compareBigints(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
