import type { EpochInput, EpochOutput } from "./epochTypes.ts";

/** See below. */
export function computeEpoch(input: EpochInput): EpochOutput {
  throw new Error(`not yet ${input.n}`);
}
