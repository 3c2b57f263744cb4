import { openSession, type Session } from "@ganglion/inference";
import {
  applyTraining,
  buildPredictionModel,
  buildTrainingModel,
  type MinerKey,
  type MixtureParameters,
  type MixtureState,
  predictionFeeds,
  readPredictions,
  type TrainingRows,
  trainingFeeds,
} from "@ganglion/mixture";

/** Trains and asks heads through onnxruntime, as a validator does. */
export type HeadRunner = {
  readonly train: (
    state: MixtureState,
    key: MinerKey,
    rows: TrainingRows,
  ) => Promise<ReturnType<typeof applyTraining>>;
  readonly predict: (state: MixtureState, key: MinerKey, rows: Float32Array) => Promise<Float32Array>;
  readonly close: () => Promise<void>;
};

export async function openHeadRunner(parameters: MixtureParameters): Promise<HeadRunner> {
  const session: Session = await openSession({
    model: buildTrainingModel(parameters).bytes,
    companions: { predict: buildPredictionModel(parameters).bytes },
  });
  return {
    train: async (state, key, rows) =>
      applyTraining(state, key, await session.run(trainingFeeds(state, key, rows))),
    predict: async (state, key, rows) =>
      readPredictions(await session.run(predictionFeeds(state, key, rows), { graph: "predict" })),
    close: () => session.close(),
  };
}
