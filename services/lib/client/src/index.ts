export type {
  CallOptions,
  ChainClient,
  ChainClientModules,
  ChainClientOptions,
  ChainParams,
  EpochReportOptions,
  SubmitOptions,
} from "./chainClient.ts";
export { createChainClient } from "./createChainClient.ts";
export {
  type SolveWorkModules,
  type SolveWorkOptions,
  solveWork,
  type WorkSolution,
} from "./solveWork.ts";
export { createValidatorClient, type ValidatorClient } from "./validatorClient.ts";
