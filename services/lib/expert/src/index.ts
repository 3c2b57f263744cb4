export { buildForwardModel, buildHeadModel } from "./forwardGraph.ts";
export { initialParameters, type Parameters } from "./initialise.ts";
export { MODEL_FILES, type ModelCard } from "./modelCard.ts";
export { DEFAULT_PLAN, rateAt, stepRates, stepsFor, type TrainingPlan } from "./plan.ts";
export {
  DEFAULT_SHAPE,
  type ExpertShape,
  type ParameterSpec,
  parameterCount,
  parameterSpecs,
} from "./shape.ts";
export {
  encodeModelCard,
  parseModelCard,
  type SignedModelCard,
  signModelCard,
} from "./signedModelCard.ts";
export { buildEvaluationGraph, buildTrainingGraph, firstMoment, secondMoment } from "./trainingGraph.ts";
