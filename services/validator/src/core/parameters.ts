/**
 * Every number that tunes the market's judge, in one place. What the mixture itself fixes (beta, learning rate,
 * averaging, ridge) is in @ganglion/mixture; what a preset fixes (k, seats, rows, pace) is in @ganglion/params.
 */
export const PARAMETERS = {
  /** Training windows a step: 12 x 64 rows costs eight small miners about what 64 scored contexts cost them. */
  trainWindowsPerStep: 12,
  /** Positions of a window that train; the bytes before them are context. At most MAX_POSITIONS_PER_CONTEXT. */
  trainPositions: 64,
  /** Part of a context's seats that go to a miner drawn at random among those not chosen (mechanism, section 1). */
  explorationShare: 0.1,
  /** A miner is a newcomer until this many scored contexts fed its gate (mechanism, section 6: 128). */
  newcomerScoredContexts: 128,
  /** A newcomer's stored rows before it is replayed, and the passes over them (mechanism, section 6). */
  replayRows: 8_192,
  replayMinRows: 2_048,
  replayPasses: 8,
  /** Rows of one replay step. */
  replayBatchRows: 1_024,
  /** A miner's prefix check is repeated after this many steps, and at once after a change of its model. */
  prefixCheckEverySteps: 24,
  /** Largest relative distance of two representations of one prefix: float16 and batching give below .005. */
  prefixTolerance: 0.02,
  /** Contexts of a domain's probe set, and the steps between two rounds. */
  probeContexts: 24,
  probeEverySteps: 20,
  /** Rounds whose answers are kept, spaced ever wider, to tell whose behaviour was first. */
  probeHistory: 6,
  /** A reply with a value beyond this is refused: it would drown the others after float16 noise. */
  maxMagnitude: 1e4,
  /** Failures double a miner's rest, from and to these times. */
  backoffStartMs: 1_000,
  backoffMaxMs: 60_000,
  /** Weight of the newest observation in latency and capacity. */
  healthAlpha: 0.1,
  /** Commit once this part of the epoch's commit window has passed: late enough to be fresh, early enough to retry. */
  commitAfter: 0.5,
} as const;
