import type { RowGame } from "./shapley.ts";

/** log p_joint - log p_joint without each player, gates renormalised: nats, [n]. */
export function leaveOneOut(game: RowGame): Float64Array {
  const { gates, probabilities } = game;
  const joint = jointProbability(game);
  return gates
    .subarray(0, -1)
    .map((gate, i) => Math.log(joint) - Math.log(without(joint, gate, probabilities[i] ?? 0)));
}

/** Half the squared derivative of log p_joint by each player's gate logit: g (p - p_joint) / p_joint, [n]. */
export function fisherInformation(game: RowGame): Float64Array {
  const { gates, probabilities } = game;
  const joint = jointProbability(game);
  return gates.subarray(0, -1).map((gate, i) => {
    const derivative = (gate * ((probabilities[i] ?? 0) - joint)) / joint;
    return 0.5 * derivative * derivative;
  });
}

/** Sum of g p over all players and the null player. */
export function jointProbability({ gates, probabilities }: RowGame): number {
  return gates.reduce((sum, gate, i) => sum + gate * (probabilities[i] ?? 0), 0);
}

/** Rounding may leave a gate of nearly 1 no rest: then the least that a float32 probability can be. */
function without(joint: number, gate: number, probability: number): number {
  return Math.max(joint - gate * probability, 1e-30) / Math.max(1 - gate, 1e-30);
}
