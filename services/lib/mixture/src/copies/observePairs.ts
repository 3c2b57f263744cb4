import { nullProbabilities } from "../features/nullPlayer.ts";
import type { ScoreInput } from "../scores/scoreRows.ts";
import { domainIndex } from "../state/lookup.ts";
import type { MinerKey, MixtureState, PairState } from "../state/mixtureState.ts";
import { type Distribution, entropyBits, jensenShannonBits } from "./jensenShannon.ts";

type Prediction = Distribution & {
  readonly miner: MinerKey;
  readonly entropy: number;
  /** Divergence from the null player, bits. */
  readonly information: number;
};

/** Adds to each pair's sums the divergence of their predictions on the contexts that both answered. */
export function observePairs(state: MixtureState, input: ScoreInput): void {
  const predictions = predictionsByContext(state, input);
  predictions.forEach((answered, index) => {
    const domain = domainIndex(state, input.contexts[index]?.domain ?? "");
    for (let i = 0; i < answered.length; i++)
      for (let j = 0; j < i; j++) {
        const [a, b] = [answered[i], answered[j]];
        if (a !== undefined && b !== undefined) observePair(state, domain, a, b);
      }
  });
}

function predictionsByContext(state: MixtureState, input: ScoreInput): Prediction[][] {
  const { vocabulary } = state.parameters;
  const nullPlayers = new Map(
    state.domains.map(({ name }) => {
      const nullPlayer = { values: nullProbabilities(state, name), start: 0 };
      return [name, { ...nullPlayer, entropy: entropyBits(nullPlayer, vocabulary) }];
    }),
  );
  const byContext: Prediction[][] = input.contexts.map(() => []);
  for (const [miner, { contextIndices, probabilities }] of input.answers)
    contextIndices.forEach((index, row) => {
      const own = { values: probabilities, start: row * vocabulary };
      const entropy = entropyBits(own, vocabulary);
      const nullPlayer = nullPlayers.get(input.contexts[index]?.domain ?? "");
      if (nullPlayer === undefined) return;
      const information = jensenShannonBits({ ...own, entropy }, nullPlayer, vocabulary);
      byContext[index]?.push({ ...own, miner, entropy, information });
    });
  return byContext;
}

function observePair(state: MixtureState, domain: number, a: Prediction, b: Prediction): void {
  const [first, second] = a.miner < b.miner ? [a, b] : [b, a];
  const sums = pairOf(state, first.miner, second.miner).domains[domain];
  if (sums === undefined) return;
  const { decay } = state.parameters.copies;
  sums.seen++;
  sums.rows = sums.rows * decay + 1;
  sums.divergence = sums.divergence * decay + jensenShannonBits(first, second, state.parameters.vocabulary);
  sums.informationFirst = sums.informationFirst * decay + first.information;
  sums.informationSecond = sums.informationSecond * decay + second.information;
}

function pairOf(state: MixtureState, first: MinerKey, second: MinerKey): PairState {
  const name = pairKey(first, second);
  const known = state.pairs.get(name);
  if (known !== undefined) return known;
  const pair = {
    first,
    second,
    domains: state.domains.map(() => ({
      seen: 0,
      rows: 0,
      divergence: 0,
      informationFirst: 0,
      informationSecond: 0,
    })),
  };
  state.pairs.set(name, pair);
  return pair;
}

/** The name of an unordered pair; keys hold no space. */
export function pairKey(a: MinerKey, b: MinerKey): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
