import { FEATURE_COUNT } from "../features/contextFeatures.ts";
import type { MixtureParameters } from "../parameters.ts";
import type { GateStatistics, MixtureState } from "../state/mixtureState.ts";
import { solveRidge } from "./solveRidge.ts";

/** A young miner is solved whenever its contexts grew by this factor: what is known of it changes fast. */
const YOUNG_GROWTH = 1.5;

/** Solves the gates that are due: every `solveEverySteps`, sooner while a miner is young. */
export function solveDueGates(state: MixtureState): void {
  const { gates } = state.parameters;
  for (const { gate } of state.miners.values()) {
    if (gate.contexts === gate.solvedContexts) continue;
    const young = gate.contexts >= gate.solvedContexts * YOUNG_GROWTH;
    if (young || state.step - gate.solvedStep >= gates.solveEverySteps) solveGate(gate, gates, state.step);
  }
}

function solveGate(gate: GateStatistics, parameters: MixtureParameters["gates"], step: number): void {
  const ridge = new Float64Array(FEATURE_COUNT).fill(parameters.lambda);
  ridge[FEATURE_COUNT - 1] = parameters.lambda * parameters.lambdaConstant;
  gate.coefficients.set(solveRidge(gate.covariance, ridge, gate.cross));
  gate.solvedContexts = gate.contexts;
  gate.solvedStep = step;
}
