import { PARAMETERS } from "./parameters.ts";

/** What of the ledger decides when to commit and reveal (rule WEIGHT). Blocks are counted from 1. */
export type EpochRules = {
  readonly epochLengthBlocks: number;
  readonly commitCutoffBlocks: number;
  readonly revealDelayEpochs: number;
};

/** `stored`: the rows are on disk, the ledger may or may not have the commitment. */
type CommitStatus = "stored" | "committed" | "revealed";

export type PendingCommit<Rows> = {
  readonly epoch: number;
  readonly status: CommitStatus;
  readonly rows: Rows;
};

export type CommitAction =
  /** Compute rows, store them, then send their commitment. */
  | { readonly kind: "create"; readonly epoch: number }
  /** Send the commitment of stored rows (again). */
  | { readonly kind: "commit"; readonly epoch: number }
  | { readonly kind: "reveal"; readonly epoch: number }
  /** The rows can never count any more. */
  | { readonly kind: "forget"; readonly epoch: number };

/** Epoch of the block at a height: floor((height - 1) / length). */
export function epochOf(height: number, rules: EpochRules): number {
  return Math.floor((height - 1) / rules.epochLengthBlocks);
}

/**
 * What to send so that it can be in the next block.
 *
 * @param height of the last block
 * @param hasRows whether there is anything to say about any domain
 * @returns actions in the order to do them; empty when nothing is due
 */
export function planCommits<Rows>(
  height: number,
  rules: EpochRules,
  pending: readonly PendingCommit<Rows>[],
  hasRows: boolean,
): CommitAction[] {
  const next = height + 1;
  const epoch = epochOf(next, rules);
  const actions: CommitAction[] = [];
  for (const entry of pending) {
    const action = planPending(entry, epoch, next, rules);
    if (action) actions.push(action);
  }
  const known = pending.some((entry) => entry.epoch === epoch);
  if (!known && hasRows && isDue(next, rules)) actions.push({ kind: "create", epoch });
  return actions;
}

function planPending<Rows>(
  { epoch, status }: PendingCommit<Rows>,
  now: number,
  next: number,
  rules: EpochRules,
): CommitAction | undefined {
  const revealEpoch = epoch + rules.revealDelayEpochs;
  if (now > revealEpoch) return { kind: "forget", epoch };
  if (status === "stored") {
    if (epoch === now && isOpen(next, rules)) return { kind: "commit", epoch };
    // The commitment may have reached the ledger before a kill: revealing finds out.
    return now === revealEpoch ? { kind: "reveal", epoch } : undefined;
  }
  return status === "committed" && now === revealEpoch ? { kind: "reveal", epoch } : undefined;
}

function position(height: number, rules: EpochRules): number {
  return (height - 1) % rules.epochLengthBlocks;
}

function isOpen(height: number, rules: EpochRules): boolean {
  return position(height, rules) < rules.epochLengthBlocks - rules.commitCutoffBlocks;
}

function isDue(height: number, rules: EpochRules): boolean {
  const window = rules.epochLengthBlocks - rules.commitCutoffBlocks;
  return isOpen(height, rules) && position(height, rules) >= Math.floor(window * PARAMETERS.commitAfter);
}
