import { openSession } from "@ganglion/inference";
import { buildPredictionModel, buildTrainingModel, type MixtureParameters } from "@ganglion/mixture";
import type { Learner } from "../ports.ts";

const PREDICTION = "prediction";

/** The mixture's graphs in one inference worker. */
export async function openLearner(parameters: MixtureParameters, threads: number): Promise<Learner> {
  const session = await openSession({
    model: buildTrainingModel(parameters).bytes,
    companions: { [PREDICTION]: buildPredictionModel(parameters).bytes },
    threads,
  });
  return {
    train: (feeds) => session.run(feeds),
    predict: (feeds) => session.run(feeds, { graph: PREDICTION }),
    close: () => session.close(),
  };
}
