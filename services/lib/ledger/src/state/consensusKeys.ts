import { equalBytes } from "@ganglion/types";
import type { LedgerState } from "./ledgerState.ts";
import type { Pool } from "./pools.ts";
import { pushRow, readRow, rowCount } from "./rows.ts";

/** `consensusKey` of a pool that has bound none. */
export const NO_CONSENSUS_KEY = new Uint8Array(32);

/** The least stake that gives power, besides `minStakeSpikes`: so much that powers can be rounded. */
export const LEAST_POWER = 1_000_000n;

export function hasConsensusKey({ consensusKey }: Pick<Pool, "consensusKey">): boolean {
  return !equalBytes(consensusKey, NO_CONSENSUS_KEY);
}

/** Rule POWER-1: whether the key was ever bound. */
export function isUsedKey(state: LedgerState, consensusKey: Uint8Array): boolean {
  const count = rowCount(state, "usedKeys");
  const isAt = (index: number): boolean =>
    index < count && equalBytes(readRow(state, "usedKeys", index).consensusKey, consensusKey);
  return state.lookup.usedKeys.find(consensusKey, isAt) !== undefined;
}

/** Remembers for ever that a key was bound. */
export function pushUsedKey(state: LedgerState, consensusKey: Uint8Array): void {
  state.lookup.usedKeys.add(consensusKey, pushRow(state, "usedKeys", { consensusKey }));
}

/** Rule POWER-8: jail ends when both the next height is above its height and the block's time above its time. */
export function isJailed(
  { jailedUntilHeight, jailedUntilMs }: Pick<Pool, "jailedUntilHeight" | "jailedUntilMs">,
  height: number,
  timeMs: number,
): boolean {
  return height + 1 <= jailedUntilHeight || (jailedUntilMs > 0 && timeMs <= jailedUntilMs);
}
