import type { MixtureState } from "../state/mixtureState.ts";

/** Forgets who left before an epoch, and of the rest all but the `most` that left last. */
export function forgetDeparted(
  state: MixtureState,
  { beforeEpoch, most }: { readonly beforeEpoch: number; readonly most: number },
): void {
  const kept = state.departed.filter(({ leftEpoch }) => leftEpoch >= beforeEpoch).slice(-most);
  if (kept.length < state.departed.length) state.departed.splice(0, state.departed.length, ...kept);
}
