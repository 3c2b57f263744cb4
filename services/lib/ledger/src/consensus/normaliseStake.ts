import type { EpochInput } from "./epochTypes.ts";

/**
 * Stake that counts, as fractions: each active permit holder's spikes rounded to the nearest binary64 (ties to
 * even), divided by their sum in uid order. Everybody else has 0.
 */
export function normaliseStake(
  input: Pick<EpochInput, "n" | "stakeSpikes" | "active" | "permits">,
): Float64Array {
  const stake = new Float64Array(input.n);
  let sum = 0;
  for (let uid = 0; uid < input.n; uid++) {
    if (input.active[uid] !== 1 || input.permits[uid] !== 1) continue;
    const spikes = Number(input.stakeSpikes[uid] ?? 0n);
    stake[uid] = spikes;
    sum += spikes;
  }
  if (sum > 0) for (let uid = 0; uid < input.n; uid++) stake[uid] = (stake[uid] ?? 0) / sum;
  return stake;
}
