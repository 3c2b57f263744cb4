import {
  applyScores,
  type MinerAnswers,
  type MinerKey,
  type MixtureState,
  predictionFeeds,
  type RowScore,
  readPredictions,
  type ScoreInput,
  scoreRows,
} from "@ganglion/mixture";
import type { StepPlan } from "../core/planStep.ts";
import type { Learner } from "../ports.ts";
import type { MinerStepAnswer } from "./askMiners.ts";

/** Scores fresh rows with the heads as they were before this step, then lets the scores count. */
export async function scoreAnswers(
  state: MixtureState,
  plan: StepPlan,
  answers: ReadonlyMap<MinerKey, MinerStepAnswer>,
  learner: Learner,
): Promise<readonly RowScore[]> {
  const predictions = new Map<MinerKey, MinerAnswers>();
  for (const [key, { request, scored }] of answers) {
    if (!scored || !state.miners.has(key)) continue;
    const outputs = await learner.predict(predictionFeeds(state, key, scored));
    predictions.set(key, {
      contextIndices: Int32Array.from(request.scored),
      probabilities: readPredictions(outputs),
    });
  }
  const input: ScoreInput = { contexts: plan.contexts, answers: predictions };
  const scores = scoreRows(state, input);
  applyScores(state, input, scores);
  return scores;
}
