import type { ContextFeatures } from "../features/contextFeatures.ts";
import { nullProbabilities } from "../features/nullPlayer.ts";
import { computeGates } from "../gates/computeGates.ts";
import { domainIndex, domainOf } from "../state/lookup.ts";
import type { MinerKey, MixtureState } from "../state/mixtureState.ts";
import { fisherInformation, jointProbability, leaveOneOut } from "./marginals.ts";
import { type RowGame, shapleyValues } from "./shapley.ts";

/** The least that a prediction may give a byte: float32 rounds below it to zero. */
export const LEAST_PROBABILITY = 1e-9;

/** A fresh context and the byte that followed it, known to the validator only. */
export type ScoredContext = {
  readonly domain: string;
  readonly features: ContextFeatures;
  readonly target: number;
};

/** A miner's answers in time: row i of `probabilities` belongs to contexts[contextIndices[i]], each at most once. */
export type MinerAnswers = {
  readonly contextIndices: Int32Array;
  /** [contextIndices.length x vocabulary], from the prediction model. */
  readonly probabilities: Float32Array;
};

export type ScoreInput = {
  readonly contexts: readonly ScoredContext[];
  /** Silence is absence: it earns nothing. */
  readonly answers: ReadonlyMap<MinerKey, MinerAnswers>;
};

export type PlayerScore = {
  readonly miner: MinerKey;
  readonly gate: number;
  /** Its own prediction of the byte that followed. */
  readonly probability: number;
  /** Nats. */
  readonly shapley: number;
  readonly leaveOneOut: number;
  readonly fisher: number;
};

/** One scored row. Losses in nats; divide by ln 2 for bits. */
export type RowScore = {
  readonly domain: string;
  readonly jointLoss: number;
  readonly nullLoss: number;
  /** Of the players, the one whose own head did best on the domain's earlier rows, and its loss here. */
  readonly bestSingle: { readonly miner: MinerKey; readonly loss: number } | undefined;
  /** Those who answered and hold a seat: copies do not, nor those with the least gates beyond `maxPlayers`. */
  readonly players: readonly PlayerScore[];
};

type Answer = { readonly miner: MinerKey; readonly probability: number };

/**
 * Scores of fresh rows, one a context, before any update. Reads the state only.
 *
 * @throws GanglionError MIXTURE_UNKNOWN_MINER | MIXTURE_UNKNOWN_DOMAIN
 */
export function scoreRows(state: MixtureState, input: ScoreInput): readonly RowScore[] {
  const nulls = new Map(state.domains.map(({ name }) => [name, nullProbabilities(state, name)]));
  const { vocabulary } = state.parameters;
  const byContext: Answer[][] = input.contexts.map(() => []);
  for (const [miner, { contextIndices, probabilities }] of input.answers)
    contextIndices.forEach((index, row) => {
      const target = input.contexts[index]?.target ?? 0;
      const probability = Math.max(probabilities[row * vocabulary + target] ?? 0, LEAST_PROBABILITY);
      byContext[index]?.push({ miner, probability });
    });
  return input.contexts.map((context, index) => {
    const { leaders } = domainOf(state, context.domain);
    const answered = (byContext[index] ?? []).filter(({ miner }) => !leaders.has(miner));
    const seated = withinLimit(state, context.features, answered);
    const gates = computeGates(
      state,
      context.features,
      seated.map(({ miner }) => miner),
    );
    const last = nulls.get(context.domain)?.[context.target] ?? 0;
    const probabilities = Float64Array.from([...seated.map(({ probability }) => probability), last]);
    const row = scoreRow(context.domain, seated, { gates, probabilities });
    return { ...row, bestSingle: bestSingle(state, context.domain, row.players) };
  });
}

/** Exact values cost 2^players: beyond the limit those with the least gates have no seat in this row. */
function withinLimit(
  state: MixtureState,
  features: ContextFeatures,
  answered: readonly Answer[],
): readonly Answer[] {
  const { maxPlayers } = state.parameters.scores;
  if (answered.length <= maxPlayers) return answered;
  const gates = computeGates(
    state,
    features,
    answered.map(({ miner }) => miner),
  );
  const kept = new Set(
    [...gates.keys()].sort((a, b) => (gates[b] ?? 0) - (gates[a] ?? 0)).slice(0, maxPlayers),
  );
  return answered.filter((_, i) => kept.has(i));
}

function scoreRow(domain: string, seated: readonly Answer[], game: RowGame): Omit<RowScore, "bestSingle"> {
  const shapley = shapleyValues(game);
  const without = leaveOneOut(game);
  const fisher = fisherInformation(game);
  const players = seated.map(
    ({ miner, probability }, i): PlayerScore => ({
      miner,
      gate: game.gates[i] ?? 0,
      probability,
      shapley: shapley[i] ?? 0,
      leaveOneOut: without[i] ?? 0,
      fisher: fisher[i] ?? 0,
    }),
  );
  return {
    domain,
    jointLoss: -Math.log(jointProbability(game)),
    nullLoss: -Math.log(game.probabilities[seated.length] ?? 1),
    players,
  };
}

/** Chosen before the row is seen, or the best of many would look better than any of them is. */
function bestSingle(
  state: MixtureState,
  domain: string,
  players: readonly PlayerScore[],
): RowScore["bestSingle"] {
  const index = domainIndex(state, domain);
  let best: PlayerScore | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const player of players) {
    const sums = state.miners.get(player.miner)?.sums[index];
    if (sums === undefined || sums.answered === 0 || sums.ownLoss / sums.answered >= least) continue;
    least = sums.ownLoss / sums.answered;
    best = player;
  }
  return best && { miner: best.miner, loss: -Math.log(best.probability) };
}
