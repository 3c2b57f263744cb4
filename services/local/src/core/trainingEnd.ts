/** How a trainer's process ended, and whether its training was complete. */
export type TrainerExit = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly fault?: { readonly code: string; readonly message: string };
  /** It had taken its last step. */
  readonly complete: boolean;
};

/**
 * `again`: it was stopped from outside, and continues from its checkpoint. `otherTraining`: the folder holds one of
 * other text, sizes, seed or plan, as after a change of the network's file or an update.
 */
export type TrainingEnd =
  | { readonly kind: "done" }
  | { readonly kind: "otherTraining"; readonly code: string; readonly reason: string }
  | { readonly kind: "again"; readonly reason: string }
  | { readonly kind: "failed"; readonly code: string; readonly reason: string };

/** A trainer that is asked to stop exits with 0 as well: only its last step makes a training done. */
export function trainingEnd({ code, signal, fault, complete }: TrainerExit): TrainingEnd {
  if (fault?.code === "TRAINER_OTHER_TRAINING")
    return { kind: "otherTraining", code: fault.code, reason: fault.message };
  if (fault !== undefined) return { kind: "failed", code: fault.code, reason: fault.message };
  if (code === 0 && complete) return { kind: "done" };
  return {
    kind: "again",
    reason: code === 0 ? "it was stopped before its last step" : `it ended with ${signal ?? code}`,
  };
}
