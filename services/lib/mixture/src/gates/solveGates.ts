import { FEATURE_COUNT } from "../features/contextFeatures.ts";
import type { MixtureParameters } from "../parameters.ts";
import type { GateStatistics, MixtureState } from "../state/mixtureState.ts";
import { solveRidge } from "./solveRidge.ts";

/** A young miner is solved whenever its contexts grew by this factor: what is known of it changes fast. */
const YOUNG_GROWTH = 2;

/**
 * Solves the gates that are due: each every `solveEverySteps`, spread over the steps, and young ones sooner.
 *
 * PERF: one solve is some 25 million multiply-adds (15 ms), so a step does only its share of them.
 */
export function solveDueGates(state: MixtureState): void {
  const { gates } = state.parameters;
  const waiting = [...state.miners.values()]
    .map(({ gate }) => gate)
    .filter((gate) => gate.contexts > gate.solvedContexts);
  const young = waiting.filter((gate) => gate.contexts >= gate.solvedContexts * YOUNG_GROWTH);
  const share = Math.ceil(state.miners.size / gates.solveEverySteps);
  const longest = waiting
    .filter((gate) => !young.includes(gate) && state.step - gate.solvedStep >= gates.solveEverySteps)
    .sort((a, b) => a.solvedStep - b.solvedStep)
    .slice(0, share);
  for (const gate of [...young, ...longest]) solveGate(gate, gates, state.step);
}

function solveGate(gate: GateStatistics, parameters: MixtureParameters["gates"], step: number): void {
  const ridge = new Float64Array(FEATURE_COUNT).fill(parameters.lambda);
  ridge[FEATURE_COUNT - 1] = parameters.lambda * parameters.lambdaConstant;
  gate.coefficients.set(solveRidge(gate.covariance, ridge, gate.cross));
  gate.solvedContexts = gate.contexts;
  gate.solvedStep = step;
}
