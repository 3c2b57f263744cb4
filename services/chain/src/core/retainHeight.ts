/** What a node must be able to do with the blocks that it keeps. */
export type Retention = {
  /** Of the last block. */
  readonly height: number;
  readonly timeMs: number;
  /** How many the ledger's parameters say; never less than evidence may be old in blocks. */
  readonly retainBlocks: number;
  readonly evidenceAgeMs: number;
  /** Height of the oldest snapshot: others go on from it with our blocks, and so do replay and going back. */
  readonly oldestSnapshot: number | undefined;
  readonly timeMsAt: (height: number) => number | undefined;
};

/**
 * The lowest height whose block must stay; 0: all. Without a snapshot nobody could begin without the first block, and a
 * block that evidence may still name stays, whichever of its two ages lasts longer.
 */
export function retainHeight(retention: Retention): number {
  const { height, timeMs, retainBlocks, evidenceAgeMs, oldestSnapshot, timeMsAt } = retention;
  if (oldestSnapshot === undefined) return 0;
  const retained = Math.min(height - retainBlocks, oldestSnapshot);
  if (retained <= 1) return 0;
  const retainedMs = timeMsAt(retained);
  return retainedMs === undefined || retainedMs > timeMs - evidenceAgeMs ? 0 : retained;
}
