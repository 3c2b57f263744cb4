import { Gauge, type Registry } from "@ganglion/runtime/metrics";
import type { TrainingProgress } from "./app.ts";

/** What one training reports; the label `model` is the name on its card. */
export type TrainerMetrics = {
  readonly progress: (progress: Pick<TrainingProgress, "step" | "steps" | "heldOutBits">) => void;
};

/** Metrics of the one training of a process. */
export function createTrainerMetrics(register: Registry, model: string): TrainerMetrics {
  const gauge = (noun: string, help: string): Gauge =>
    new Gauge({ name: `ganglion_trainer_${noun}`, help, labelNames: ["model"], registers: [register] });
  const of = {
    step: gauge("step", "Steps taken"),
    steps: gauge("steps", "Steps that the training has"),
    heldOut: gauge("held_out_bits_per_byte", "Of the version that is served, on text it did not learn"),
  };
  return {
    progress: ({ step, steps, heldOutBits }) => {
      of.step.set({ model }, step);
      of.steps.set({ model }, steps);
      if (heldOutBits !== undefined) of.heldOut.set({ model }, heldOutBits);
    },
  };
}
