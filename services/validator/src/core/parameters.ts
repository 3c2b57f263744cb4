/**
 * Every number that tunes the validator's loop, in one place. What the mixture itself fixes (beta, learning rate,
 * averaging, ridge, replay) is in @ganglion/mixture; what a preset fixes (k, seats, rows, pace) is in
 * @ganglion/params.
 */
export const PARAMETERS = {
  /** Training rows a step where the options name none: 12 windows of 64 cost a miner what 64 scored contexts do. */
  trainRowsPerStep: 768,
  /** Positions of a window that train; at most MAX_POSITIONS_PER_CONTEXT. */
  trainPositions: 64,
  /** Least context of a scored byte: rows with less say more about their position than about their miner. */
  minContextBytes: 64,
  /** Held-back documents are walked in pieces of this size side by side, so that a step's rows are far apart. */
  segmentBytes: 1_024,
  /** Steps between two looks at what the walk has left behind for training. */
  resampleEverySteps: 16,
  /** Seats of a context for miners drawn at random, beside the k best and the newcomers. */
  explorationSeats: 1,
  /** Part of the scored contexts that also ask copies, so that their similarity stays measured. */
  probeShare: 0.25,
  /**
   * Steps after which a newcomer that could not store all rows of a replay is replayed with what there is, and after
   * which it goes on without one: who is asked LAST only stores few.
   */
  replayPatienceSteps: 40,
  replayGiveUpSteps: 120,
  /** Rows of one replay step (mechanism: 64 steps over 8,192 rows). */
  replayBatchRows: 1_024,
  /** Replay steps that a market step does at most, beside its own training. */
  replayBatchesPerStep: 8,
  /** A miner's prefix check is repeated after this many steps, and at once after a change of its model. */
  prefixCheckEverySteps: 24,
  /** Largest relative distance of two representations of one prefix: float16 and batching give below .005. */
  prefixTolerance: 0.02,
  /** Contexts of a domain's probe set, and the steps between two rounds. */
  probeContexts: 16,
  probeEverySteps: 20,
  /** Epochs that the behaviour of a miner that left is kept, and of how many: it may come back to a slot. */
  departedEpochs: 100,
  departedMiners: 64,
  /** Failures double a miner's rest, from and to these times. */
  backoffStartMs: 1_000,
  backoffMaxMs: 60_000,
  /** Failures in a row after which a miner gets no weight: some minutes of silence, with the rests between. */
  silentAfterFailures: 12,
  /** A call may take this many times the median latency of the other miners, and this long at least. */
  deadlineFactor: 3,
  deadlineLeastMs: 2_000,
  /** Weight of the newest observation in latency and capacity. */
  healthAlpha: 0.1,
  /** Commit once this part of the epoch's commit window has passed: late enough to be fresh, early enough to retry. */
  commitAfter: 0.5,
  /** A power cut loses at most this much of what heads learned; a kill loses the step in flight. */
  checkpointSyncMs: 30_000,
} as const;
