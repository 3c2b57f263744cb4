export { createRandom, type Random } from "@ganglion/types";
export { decodeMixtureState, encodeMixtureState } from "./checkpoint/mixtureCheckpoint.ts";
export { forgetDeparted } from "./copies/forgetDeparted.ts";
export { recordProbe } from "./copies/recordProbe.ts";
export { rememberDeparted } from "./copies/rememberDeparted.ts";
export { restoreSeniority } from "./copies/restoreSeniority.ts";
export { type CopyGroups, copyGroups } from "./copies/updateCopyGroups.ts";
export { type ContextFeatures, contextFeatures } from "./features/contextFeatures.ts";
export { type NormalisedRows, normaliseRows } from "./features/normaliseRows.ts";
export { countTargets, nullProbabilities } from "./features/nullPlayer.ts";
export { computeGates } from "./gates/computeGates.ts";
export { trainingGates } from "./gates/trainingGates.ts";
export { applyTraining } from "./heads/applyTraining.ts";
export { buildPredictionModel } from "./heads/buildPredictionModel.ts";
export { buildTrainingModel } from "./heads/buildTrainingModel.ts";
export { markModelChanged, resetHead } from "./heads/headState.ts";
export { predictionFeeds, readPredictions } from "./heads/predictionFeeds.ts";
export { type TrainingRows, trainingFeeds } from "./heads/trainingFeeds.ts";
export { createReplayBuffer, type ReplayBuffer } from "./newcomers/createReplayBuffer.ts";
export { markReplayed, newcomerPhase, onProbation } from "./newcomers/newcomerPhase.ts";
export { DEFAULT_PARAMETERS, type MixtureParameters } from "./parameters.ts";
export { type DomainReport, type MinerInDomain, reportDomain } from "./report/reportDomain.ts";
export { type MixedPrediction, mixPredictions } from "./routing/mixPredictions.ts";
export { type AskContext, type AskOptions, planAsks } from "./routing/planAsks.ts";
export { applyScores } from "./scores/applyScores.ts";
export {
  type MinerAnswers,
  type PlayerScore,
  type RowScore,
  type ScoredContext,
  type ScoreInput,
  scoreRows,
} from "./scores/scoreRows.ts";
export { createMixtureState } from "./state/createMixtureState.ts";
export { addMiner, removeMiner } from "./state/miners.ts";
export type { HeadState, MinerKey, MinerState, MixtureState } from "./state/mixtureState.ts";
export { withDomains } from "./state/withDomains.ts";
export { type WeightEntry, weightRow } from "./weights/weightRow.ts";
