import { adamStepSize } from "@ganglion/onnx";
import { EXPERT_ADAM } from "./trainingGraph.ts";

/** What decides a training beside its text and shape. */
export type TrainingPlan = {
  readonly steps: number;
  /** Windows a step. */
  readonly batch: number;
  readonly peakRate: number;
  readonly warmupSteps: number;
  /** Share of the rate by which weights shrink each step. */
  readonly decay: number;
  /** Decides the start and the order of the text. */
  readonly seed: number;
};

export const DEFAULT_PLAN: TrainingPlan = {
  steps: 800,
  batch: 8,
  peakRate: 3e-3,
  warmupSteps: 20,
  decay: 0.1,
  seed: 1,
};

/** Passes over its text that an expert learns from; after ten it knew 160 kB by heart (+.2 bits held out). */
const PASSES = 4;
const MIN_STEPS = 200;
const MAX_STEPS = 1_500;

/** Steps for a text of so many bytes: four passes, within a minute or two of one CPU core. */
export function stepsFor(bytes: number, windowBytes: number, batch: number): number {
  return Math.min(MAX_STEPS, Math.max(MIN_STEPS, Math.round((PASSES * bytes) / (windowBytes * batch))));
}

/** Rate of a step counted from 1: linear warm-up, then half a cosine down to a twentieth. */
export function rateAt(plan: TrainingPlan, step: number): number {
  if (step <= plan.warmupSteps) return (plan.peakRate * step) / plan.warmupSteps;
  const progress = Math.min(1, (step - plan.warmupSteps) / Math.max(1, plan.steps - plan.warmupSteps));
  return plan.peakRate * (0.05 + 0.95 * 0.5 * (1 + Math.cos(Math.PI * progress)));
}

/** The scalars that a step feeds to the training graph. */
export function stepRates(
  plan: TrainingPlan,
  step: number,
): { readonly stepSize: number; readonly shrink: number } {
  const rate = rateAt(plan, step);
  return { stepSize: adamStepSize(rate, step, EXPERT_ADAM), shrink: rate * plan.decay };
}
