import { type MinerKey, normaliseRows } from "@ganglion/mixture";
import {
  scoredCall,
  splitCall,
  splitTrainingAnswer,
  type TrainingAnswer,
  trainingCall,
} from "../core/calls.ts";
import type { MinerRequest, StepPlan } from "../core/planStep.ts";
import type { AskedContext, MinerPool } from "../ports.ts";

/** One miner's answers of a step; rows have mean 0 and deviation 1. */
export type MinerStepAnswer = {
  readonly request: MinerRequest;
  readonly scored: Float32Array | undefined;
  readonly training: TrainingAnswer | undefined;
  /** Hexadecimal; undefined when it did not answer at all. */
  readonly modelDigest: string | undefined;
};

type Rows = { readonly rows: Float32Array; readonly modelDigest: string };

const FAULT_CODES = {
  wrongShape: "VALIDATOR_ANSWER_WRONG_SHAPE",
  notFinite: "VALIDATOR_ANSWER_NOT_FINITE",
  tooLarge: "VALIDATOR_ANSWER_TOO_LARGE",
} as const;

/** Asks everybody at once; silence and worthless answers are undefined and have cost the miner already. */
export async function askMiners(
  pool: MinerPool,
  plan: StepPlan,
  dim: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<MinerKey, MinerStepAnswer>> {
  const answers = await Promise.all(
    plan.requests.map(async (request): Promise<MinerStepAnswer> => {
      const [scored, training] = await Promise.all([
        askRows(pool, request.key, scoredCall(plan, request), dim, signal),
        askRows(pool, request.key, trainingCall(plan, request), dim, signal),
      ]);
      return {
        request,
        scored: scored?.rows,
        training: training && splitTrainingAnswer(plan, request, training.rows, dim),
        modelDigest: scored?.modelDigest ?? training?.modelDigest,
      };
    }),
  );
  return new Map(answers.map((answer) => [answer.request.key, answer]));
}

/** One call after the other: a miner bounds what of one caller may wait. The first that fails ends it. */
async function askRows(
  pool: MinerPool,
  key: MinerKey,
  contexts: readonly AskedContext[],
  dim: number,
  signal: AbortSignal,
): Promise<Rows | undefined> {
  const parts: Rows[] = [];
  for (const call of splitCall(contexts)) {
    const part = await askOnce(pool, key, call, dim, signal);
    // Rows of two models are no one answer.
    if (!part || (parts[0] && parts[0].modelDigest !== part.modelDigest)) return undefined;
    parts.push(part);
  }
  return joinRows(parts);
}

async function askOnce(
  pool: MinerPool,
  key: MinerKey,
  contexts: readonly AskedContext[],
  dim: number,
  signal: AbortSignal,
): Promise<Rows | undefined> {
  const answer = await pool.ask(key, contexts, signal);
  if (answer.kind === "failed") return undefined;
  const normalised = normaliseRows(answer.representations, answer.rows, dim);
  if (normalised.ok) return { rows: normalised.rows, modelDigest: answer.modelDigest };
  pool.reject(key, FAULT_CODES[normalised.fault]);
  return undefined;
}

function joinRows(parts: readonly Rows[]): Rows | undefined {
  const [first] = parts;
  if (!first || parts.length === 1) return first;
  const rows = new Float32Array(parts.reduce((sum, part) => sum + part.rows.length, 0));
  let at = 0;
  for (const part of parts) {
    rows.set(part.rows, at);
    at += part.rows.length;
  }
  return { rows, modelDigest: first.modelDigest };
}
