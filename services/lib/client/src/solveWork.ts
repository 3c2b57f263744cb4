import { GanglionError } from "@ganglion/types";
import type { SolveWorkModules, SolveWorkOptions, WorkSolution } from "./workSolver.ts";

/**
 * Finds a proof of work for a registration in a worker thread of its own; starts over on a newer block before
 * the present one is too old. Resolves with the height and nonce of the `work` proof.
 * @throws GanglionError CLIENT_ABORTED when the signal ended it
 */
export function solveWork(_options: SolveWorkOptions, _modules: SolveWorkModules): Promise<WorkSolution> {
  throw new GanglionError("CLIENT_NOT_READY", "the solver is being written");
}
