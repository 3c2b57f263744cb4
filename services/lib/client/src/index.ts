export type {
  CallOptions,
  ChainClient,
  ChainClientModules,
  ChainClientOptions,
  ChainParams,
  EpochReportOptions,
  NeuronKey,
  ProofOf,
  SubmitOptions,
} from "./chainClient.ts";
export { createChainClient } from "./createChainClient.ts";
export type { Trust, TrustedValidator, VerifiedHeader } from "./light/verifyHeader.ts";
export { type VerifiedProof, type VerifiedRow, verifyLightProof } from "./light/verifyLightProof.ts";
export {
  type SolveWorkModules,
  type SolveWorkOptions,
  solveWork,
  type WorkSolution,
} from "./solveWork.ts";
export { createValidatorClient, type ValidatorClient } from "./validatorClient.ts";
