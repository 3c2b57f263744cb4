import { observePairs } from "../copies/observePairs.ts";
import { recordWorth } from "../copies/recordWorth.ts";
import { updateCopyGroups } from "../copies/updateCopyGroups.ts";
import { nullProbabilities } from "../features/nullPlayer.ts";
import { decayGateStatistics, observeDifference } from "../gates/gateStatistics.ts";
import { solveDueGates } from "../gates/solveGates.ts";
import { domainIndex, minerOf } from "../state/lookup.ts";
import type { MixtureState } from "../state/mixtureState.ts";
import { LEAST_PROBABILITY, type RowScore, type ScoreInput } from "./scoreRows.ts";

/**
 * Lets a step's scores count: moving averages (a domain without rows holds), gate statistics and, when due, gates,
 * similarity and copy groups. Ends the step. `scores` are those of `scoreRows` on the same input and state.
 */
export function applyScores(state: MixtureState, input: ScoreInput, scores: readonly RowScore[]): void {
  decayDomains(state, scores);
  for (const row of scores) addRow(state, row);
  observeAnswers(state, input);
  observePairs(state, input);
  state.step++;
  solveDueGates(state);
  updateCopyGroups(state);
}

function decayDomains(state: MixtureState, scores: readonly RowScore[]): void {
  const { decay } = state.parameters.scores;
  for (const name of new Set(scores.map(({ domain }) => domain))) {
    const index = domainIndex(state, name);
    const domain = state.domains[index];
    if (domain === undefined) continue;
    domain.rows *= decay;
    domain.jointLoss *= decay;
    domain.nullLoss *= decay;
    for (const { sums } of state.miners.values()) {
      const own = sums[index];
      if (own === undefined) continue;
      own.routing *= decay;
      own.shapley *= decay;
      own.leaveOneOut *= decay;
      own.fisher *= decay;
      own.ownLoss *= decay;
      own.answered *= decay;
    }
  }
}

/** Sums run over all rows of the domain: a context that a miner did not answer in time counts as 0 for it. */
function addRow(state: MixtureState, row: RowScore): void {
  const index = domainIndex(state, row.domain);
  const domain = state.domains[index];
  if (domain === undefined) return;
  domain.scoredRows++;
  domain.rows++;
  domain.jointLoss += row.jointLoss;
  domain.nullLoss += row.nullLoss;
  for (const player of row.players) {
    const sums = state.miners.get(player.miner)?.sums[index];
    if (sums === undefined) continue;
    sums.routing += player.gate;
    sums.shapley += player.shapley;
    sums.leaveOneOut += player.leaveOneOut;
    sums.fisher += player.fisher;
  }
}

/** Own losses and gate statistics of all who answered, copies too: a group may part again. */
function observeAnswers(state: MixtureState, input: ScoreInput): void {
  const { vocabulary, gates, copies } = state.parameters;
  const nulls = new Map(state.domains.map(({ name }) => [name, nullProbabilities(state, name)]));
  for (const [key, { contextIndices, probabilities }] of input.answers) {
    const miner = minerOf(state, key);
    // What a young head predicted a while ago says little of it now: at first only the newer third counts.
    const { contexts } = miner.gate;
    const young = contexts / (contexts + 3 * Math.max(contextIndices.length, 1));
    if (contextIndices.length > 0) decayGateStatistics(miner.gate, Math.min(gates.decay, young));
    contextIndices.forEach((contextIndex, row) => {
      const context = input.contexts[contextIndex];
      if (context === undefined) return;
      const { target } = context;
      const probability = Math.max(probabilities[row * vocabulary + target] ?? 0, LEAST_PROBABILITY);
      const sums = miner.sums[domainIndex(state, context.domain)];
      if (sums === undefined) return;
      sums.ownLoss -= Math.log(probability);
      sums.answered++;
      const gain = Math.log(probability / (nulls.get(context.domain)?.[target] ?? 1));
      sums.recentGain += copies.recentRate * (gain - sums.recentGain);
      observeDifference(miner.gate, context.features, -gain);
      miner.scoredContexts++;
    });
    recordWorth(state, miner);
  }
}
