import { minerOf } from "../state/lookup.ts";
import type { MinerKey, MixtureState } from "../state/mixtureState.ts";

/** Values have deviation 1: those beyond 4 are cut. */
const LEVELS_PER_DEVIATION = 32;
const INT8_MAX = 127;

/**
 * Before `removeMiner`: keeps since when the miner behaves as it does, for `restoreSeniority`. Of one that was never
 * probed nothing is known, and what was kept of its identity stays.
 *
 * @throws GanglionError MIXTURE_UNKNOWN_MINER
 */
export function rememberDeparted(
  state: MixtureState,
  key: MinerKey,
  { identity, epoch }: { readonly identity: string; readonly epoch: number },
): void {
  const { probe, behaviourSince, sums } = minerOf(state, key);
  if (probe === undefined) return;
  const earlier = state.departed.findIndex((departed) => departed.identity === identity);
  if (earlier >= 0) state.departed.splice(earlier, 1);
  const worthSince = state.domains.flatMap(({ name }, i): [string, number][] => {
    const since = sums[i]?.worthSince ?? sums[i]?.worthBefore;
    return since === undefined ? [] : [[name, since]];
  });
  state.departed.push({ identity, behaviourSince, worthSince, leftEpoch: epoch, probe: quantise(probe) });
}

function quantise(probe: Float32Array): Int8Array {
  return Int8Array.from(probe, (value) =>
    Math.max(-INT8_MAX, Math.min(INT8_MAX, Math.round(value * LEVELS_PER_DEVIATION))),
  );
}
