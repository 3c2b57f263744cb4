import { type MinerKey, normaliseRows } from "@ganglion/mixture";
import { scoredCall, splitTrainingAnswer, type TrainingAnswer, trainingCall } from "../core/calls.ts";
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

async function askRows(
  pool: MinerPool,
  key: MinerKey,
  contexts: readonly AskedContext[],
  dim: number,
  signal: AbortSignal,
): Promise<Rows | undefined> {
  if (contexts.length === 0) return undefined;
  const answer = await pool.ask(key, contexts, signal);
  if (answer.kind === "failed") return undefined;
  const normalised = normaliseRows(answer.representations, answer.rows, dim);
  if (normalised.ok) return { rows: normalised.rows, modelDigest: answer.modelDigest };
  pool.reject(key, FAULT_CODES[normalised.fault]);
  return undefined;
}
