import { type ContextFeatures, FEATURE_COUNT } from "../features/contextFeatures.ts";
import type { GateStatistics } from "../state/mixtureState.ts";

/** Largest |own loss - null loss| that counts, nats: one absurd prediction must not outweigh a thousand. */
const MAX_DIFFERENCE = 12;
const CONSTANT = FEATURE_COUNT - 1;

/** Nothing is known of the miner. */
export function createGateStatistics(step: number): GateStatistics {
  return {
    covariance: new Float64Array((FEATURE_COUNT * (FEATURE_COUNT + 1)) / 2),
    cross: new Float64Array(FEATURE_COUNT),
    coefficients: new Float64Array(FEATURE_COUNT),
    contexts: 0,
    solvedContexts: 0,
    solvedStep: step,
  };
}

/** One step's forgetting. */
export function decayGateStatistics(statistics: GateStatistics, decay: number): void {
  const { covariance, cross } = statistics;
  for (let i = 0; i < covariance.length; i++) covariance[i] = (covariance[i] ?? 0) * decay;
  for (let i = 0; i < cross.length; i++) cross[i] = (cross[i] ?? 0) * decay;
}

/** Adds one scored context: `difference` = own loss minus null loss, nats a byte. */
export function observeDifference(
  statistics: GateStatistics,
  features: ContextFeatures,
  difference: number,
): void {
  const { covariance, cross } = statistics;
  const { buckets, value } = features;
  const clipped = Math.min(Math.max(difference, -MAX_DIFFERENCE), MAX_DIFFERENCE);
  const square = value * value;
  const last = (CONSTANT * (CONSTANT + 1)) / 2;
  for (let i = 0; i < buckets.length; i++) {
    const a = buckets[i] ?? 0;
    const row = (a * (a + 1)) / 2;
    for (let j = 0; j <= i; j++) {
      const at = row + (buckets[j] ?? 0);
      covariance[at] = (covariance[at] ?? 0) + square;
    }
    covariance[last + a] = (covariance[last + a] ?? 0) + value;
    cross[a] = (cross[a] ?? 0) + value * clipped;
  }
  covariance[last + CONSTANT] = (covariance[last + CONSTANT] ?? 0) + 1;
  cross[CONSTANT] = (cross[CONSTANT] ?? 0) + clipped;
  statistics.contexts++;
}

/** Predicted own loss minus null loss, nats a byte; 0 before the first solve: nothing is known of the miner. */
export function predictDifference(statistics: GateStatistics, features: ContextFeatures): number {
  const { coefficients } = statistics;
  let sum = 0;
  for (const bucket of features.buckets) sum += coefficients[bucket] ?? 0;
  return sum * features.value + (coefficients[CONSTANT] ?? 0);
}
