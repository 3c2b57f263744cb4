/** A held-back byte about to be scored: the miners see `text` only, `target` is what follows it. */
export type ScoredText = {
  readonly domain: string;
  readonly document: string;
  /** Index of the target in the document. */
  readonly offset: number;
  readonly text: Uint8Array;
  readonly target: number;
};

/** Text that may be known to miners, for training heads: every position's next byte is a target. */
export type TrainingWindow = {
  readonly domain: string;
  /** `prefixBytes + targets.length - 1` bytes. */
  readonly text: Uint8Array;
  /** The router's features come from these first bytes; the first target follows them. */
  readonly prefixBytes: number;
  readonly targets: Uint8Array;
};

/** A repeated context that shows whose behaviour changed. */
export type ProbeText = { readonly domain: string; readonly text: Uint8Array };

/** What one step reads from the validator's sources. */
export type StepMaterial = {
  readonly scored: readonly ScoredText[];
  readonly windows: readonly TrainingWindow[];
  /** Empty but every PARAMETERS.probeEverySteps. */
  readonly probes: readonly ProbeText[];
};

/** Positions of a window's text whose next byte is a target. */
export function windowPositions(window: TrainingWindow): number[] {
  return Array.from(window.targets, (_, i) => window.prefixBytes - 1 + i);
}
