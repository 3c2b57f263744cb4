export {
  startTrainer,
  type TrainerHandle,
  type TrainerModules,
  type TrainingProgress,
} from "./app.ts";
export {
  type TextSource,
  type TrainerOptions,
  type TrainerOptionsInput,
  trainerOptionsSchema,
} from "./config.ts";
export { type EvaluateOptions, type Evaluation, evaluateModel } from "./evaluate.ts";
export { type Corpus, type CorpusRequest, defaultCacheDir, prepareCorpus } from "./io/demoCorpus.ts";
export { type PublishedModel, readPublished } from "./io/modelFolder.ts";
