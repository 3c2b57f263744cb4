export type {
  CallOptions,
  ChainClient,
  ChainClientModules,
  ChainClientOptions,
  ChainParams,
  SubmitOptions,
} from "./chainClient.ts";
export { createChainClient } from "./createChainClient.ts";
export { solveWork } from "./solveWork.ts";
export type { SolveWorkModules, SolveWorkOptions, WorkSolution } from "./workSolver.ts";
