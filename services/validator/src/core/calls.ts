import { MAX_CONTEXTS_PER_CALL, MAX_ROWS_PER_CALL } from "@ganglion/params";
import { rowsOfContexts } from "@ganglion/wire";
import type { AskedContext } from "../ports.ts";
import { windowPositions } from "./material.ts";
import type { MinerRequest, StepPlan } from "./planStep.ts";

const LAST: readonly number[] = [];

/** LAST of each scored context, in the order of `request.scored`. */
export function scoredCall(plan: StepPlan, request: MinerRequest): AskedContext[] {
  return request.scored.flatMap((index) => {
    const context = plan.contexts[index];
    return context ? [{ text: context.text, positions: LAST }] : [];
  });
}

/** Windows, then the two texts of a prefix check, then the probe set. */
export function trainingCall(plan: StepPlan, request: MinerRequest): AskedContext[] {
  const windows = request.windows.flatMap((index) => {
    const window = plan.windows[index];
    if (!window) return [];
    return request.manyPositions
      ? [{ text: window.text, positions: windowPositions(window) }]
      : [{ text: window.text.subarray(0, window.prefixBytes), positions: LAST }];
  });
  const { check } = request;
  const checks = check ? check.texts.map((text) => ({ text, positions: check.positions })) : [];
  const probes = plan.probes.map(({ text }) => ({ text, positions: LAST }));
  return [...windows, ...checks, ...probes];
}

/** The same contexts in order, in calls that every miner takes: bounded in contexts and in rows of the reply. */
export function splitCall(contexts: readonly AskedContext[]): AskedContext[][] {
  const calls: AskedContext[][] = [];
  let rows = 0;
  for (const context of contexts) {
    const own = rowsOfContexts([context]);
    const open = calls.at(-1);
    if (open && open.length < MAX_CONTEXTS_PER_CALL && rows + own <= MAX_ROWS_PER_CALL) {
      open.push(context);
      rows += own;
    } else {
      calls.push([context]);
      rows = own;
    }
  }
  return calls;
}

export type TrainingAnswer = {
  readonly windows: Float32Array;
  readonly check: readonly [Float32Array, Float32Array] | undefined;
  readonly probes: Float32Array;
};

/** Views of the parts of an answer to {@link trainingCall}. @param rows row-major [rows, dim] */
export function splitTrainingAnswer(
  plan: StepPlan,
  request: MinerRequest,
  rows: Float32Array,
  dim: number,
): TrainingAnswer {
  let at = 0;
  const take = (count: number): Float32Array => {
    const part = rows.subarray(at * dim, (at + count) * dim);
    at += count;
    return part;
  };
  const windows = take(windowRows(plan, request));
  const { check } = request;
  const pair: TrainingAnswer["check"] = check && [take(check.positions.length), take(check.positions.length)];
  return { windows, check: pair, probes: take(plan.probes.length) };
}

/** Rows that a miner's windows give. */
export function windowRows(plan: StepPlan, request: MinerRequest): number {
  if (!request.manyPositions) return request.windows.length;
  return request.windows.reduce((sum, index) => sum + (plan.windows[index]?.targets.length ?? 0), 0);
}
