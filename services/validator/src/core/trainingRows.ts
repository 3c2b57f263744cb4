import {
  type ContextFeatures,
  type MinerKey,
  type MixtureState,
  type TrainingRows,
  trainingGates,
} from "@ganglion/mixture";
import { windowRows } from "./calls.ts";
import type { MinerRequest, StepPlan } from "./planStep.ts";

/** Each miner's gate in each context and window that it was asked for. */
export type PlanGates = {
  readonly contexts: readonly ReadonlyMap<MinerKey, number>[];
  readonly windows: readonly ReadonlyMap<MinerKey, number>[];
};

/** Gates among those who were asked, before this step's scores count. */
export function computePlanGates(state: MixtureState, plan: StepPlan): PlanGates {
  const contextMiners: MinerKey[][] = plan.contexts.map(() => []);
  const windowMiners: MinerKey[][] = plan.windows.map(() => []);
  for (const request of plan.requests) {
    for (const index of request.scored) contextMiners[index]?.push(request.key);
    for (const index of request.windows) windowMiners[index]?.push(request.key);
  }
  const gates = (
    context: { readonly features: ContextFeatures; readonly domain: string },
    miners: readonly MinerKey[],
  ): ReadonlyMap<MinerKey, number> => {
    const values = trainingGates(state, context, miners);
    return new Map(miners.map((key, i) => [key, values[i] ?? 0]));
  };
  return {
    contexts: plan.contexts.map((context, i) => gates(context, contextMiners[i] ?? [])),
    windows: plan.windows.map((window, i) => gates(window, windowMiners[i] ?? [])),
  };
}

/** Normalised answers of one miner; undefined where it did not answer. */
export type MinerRows = {
  readonly scored: Float32Array | undefined;
  readonly windows: Float32Array | undefined;
};

/** What a miner's head learns from in one step: its windows, and the scored rows that are spent now. */
export function gatherTrainingRows(
  plan: StepPlan,
  request: MinerRequest,
  answers: MinerRows,
  gates: PlanGates,
  dim: number,
): TrainingRows {
  const fromWindows = answers.windows ? windowRows(plan, request) : 0;
  const rows = fromWindows + (answers.scored ? request.scored.length : 0);
  const representations = new Float32Array(rows * dim);
  const targets = new Uint8Array(rows);
  const rowGates = new Float32Array(rows);
  if (answers.windows) {
    representations.set(answers.windows);
    fillWindows(plan, request, gates, targets, rowGates);
  }
  if (answers.scored) {
    representations.set(answers.scored, fromWindows * dim);
    request.scored.forEach((index, i) => {
      targets[fromWindows + i] = plan.contexts[index]?.target ?? 0;
      rowGates[fromWindows + i] = gates.contexts[index]?.get(request.key) ?? 0;
    });
  }
  return { representations, targets, gates: rowGates };
}

function fillWindows(
  plan: StepPlan,
  request: MinerRequest,
  gates: PlanGates,
  targets: Uint8Array,
  rowGates: Float32Array,
): void {
  let at = 0;
  for (const index of request.windows) {
    const window = plan.windows[index];
    if (!window) continue;
    const own = request.manyPositions ? window.targets : window.targets.subarray(0, 1);
    targets.set(own, at);
    rowGates.fill(gates.windows[index]?.get(request.key) ?? 0, at, at + own.length);
    at += own.length;
  }
}
