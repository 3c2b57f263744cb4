import { nullProbabilities } from "../features/nullPlayer.ts";
import type { ScoreInput } from "../scores/scoreRows.ts";
import { domainIndex } from "../state/lookup.ts";
import type { MinerKey, MixtureState, PairState, PairSums } from "../state/mixtureState.ts";
import { type Distribution, entropyBits, jensenShannonBits } from "./jensenShannon.ts";

type Prediction = Distribution & {
  readonly miner: MinerKey;
  readonly entropy: number;
  /** Divergence from the null player, bits. */
  readonly information: number;
  readonly grown: boolean;
};

/**
 * Adds to each pair's sums the divergence of their predictions on the contexts that both answered. Pairs with a head
 * that knows no more than the null player yet are left out unless they are grouped: all young heads resemble each
 * other, far from the null player.
 */
export function observePairs(state: MixtureState, input: ScoreInput): void {
  const predictions = predictionsByContext(state, input);
  predictions.forEach((answered, index) => {
    const domain = domainIndex(state, input.contexts[index]?.domain ?? "");
    for (let i = 0; i < answered.length; i++)
      for (let j = 0; j < i; j++) {
        const [a, b] = [answered[i], answered[j]];
        if (a === undefined || b === undefined) continue;
        if ((a.grown && b.grown) || areGrouped(state, domain, a.miner, b.miner))
          observePair(state, domain, a, b);
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
  for (const [miner, { contextIndices, probabilities }] of input.answers) {
    const grown = new Set(
      state.domains.filter(({ name }) => beatsNullPlayer(state, miner, name)).map((d) => d.name),
    );
    contextIndices.forEach((index, row) => {
      const domainName = input.contexts[index]?.domain ?? "";
      const own = { values: probabilities, start: row * vocabulary };
      const entropy = entropyBits(own, vocabulary);
      const nullPlayer = nullPlayers.get(domainName);
      if (nullPlayer === undefined) return;
      const information = jensenShannonBits({ ...own, entropy }, nullPlayer, vocabulary);
      byContext[index]?.push({ ...own, miner, entropy, information, grown: grown.has(domainName) });
    });
  }
  return byContext;
}

/** Whether its own predictions of the domain have been better than the null player's lately. */
function beatsNullPlayer(state: MixtureState, key: MinerKey, name: string): boolean {
  const index = domainIndex(state, name);
  const domain = state.domains[index];
  const own = state.miners.get(key)?.sums[index];
  if (domain === undefined || own === undefined || own.answered === 0 || domain.rows === 0) return false;
  const gained = domain.nullLoss / domain.rows - own.ownLoss / own.answered;
  return gained > state.parameters.copies.minGainNats;
}

function areGrouped(state: MixtureState, domain: number, a: MinerKey, b: MinerKey): boolean {
  const leaders = state.domains[domain]?.leaders;
  return leaders?.get(a) === b || leaders?.get(b) === a;
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
  const pair = { first, second, domains: state.domains.map(noPairSums) };
  state.pairs.set(name, pair);
  return pair;
}

/** Of two miners that nothing was seen of yet. */
export function noPairSums(): PairSums {
  return { seen: 0, rows: 0, divergence: 0, informationFirst: 0, informationSecond: 0 };
}

/** The name of an unordered pair; keys hold no space. */
export function pairKey(a: MinerKey, b: MinerKey): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
