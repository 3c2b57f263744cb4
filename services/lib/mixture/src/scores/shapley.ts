/**
 * A row's game: `gates` and `probabilities` of n players and, last, the null player. A coalition S is worth
 * v(S) = log(sum over S and null of g p / sum over S and null of g): what it knows of the byte that followed, nats.
 */
export type RowGame = { readonly gates: Float64Array; readonly probabilities: Float64Array };

/**
 * Exact Shapley values [n]: each player's mean marginal value over all orders of arrival. They sum to
 * v(all) - v(none), that is log p_joint - log p_null.
 *
 * PERF: 2^n values, n 2^n additions; n = 8: 2 k.
 */
export function shapleyValues(game: RowGame): Float64Array {
  const players = game.gates.length - 1;
  const values = coalitionValues(game, players);
  const orders = orderWeights(players);
  const shapley = new Float64Array(players);
  for (let coalition = 0; coalition < values.length; coalition++) {
    const weight = orders[bitCount(coalition)] ?? 0;
    const value = values[coalition] ?? 0;
    for (let player = 0; player < players; player++) {
      const bit = 1 << player;
      if ((coalition & bit) === 0)
        shapley[player] = (shapley[player] ?? 0) + weight * ((values[coalition | bit] ?? 0) - value);
    }
  }
  return shapley;
}

/** v of each of the 2^n coalitions, indexed by the bits of their players. */
function coalitionValues(game: RowGame, players: number): Float64Array {
  const { gates, probabilities } = game;
  const size = 2 ** players;
  const mass = new Float64Array(size);
  const mixed = new Float64Array(size);
  mass[0] = gates[players] ?? 0;
  mixed[0] = (gates[players] ?? 0) * (probabilities[players] ?? 0);
  for (let coalition = 1; coalition < size; coalition++) {
    const player = 31 - Math.clz32(coalition);
    const rest = coalition & ~(1 << player);
    const gate = gates[player] ?? 0;
    mass[coalition] = (mass[rest] ?? 0) + gate;
    mixed[coalition] = (mixed[rest] ?? 0) + gate * (probabilities[player] ?? 0);
  }
  return mixed.map((value, coalition) => Math.log(value / (mass[coalition] ?? 1)));
}

/** s! (n - 1 - s)! / n! for s = 0 .. n - 1: the share of orders in which a given coalition of s comes first. */
function orderWeights(players: number): Float64Array {
  const weights = new Float64Array(players);
  let weight = 1 / players;
  for (let size = 0; size < players; size++) {
    weights[size] = weight;
    weight = (weight * (size + 1)) / (players - 1 - size);
  }
  return weights;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
