import {
  addMiner,
  contextFeatures,
  createMixtureState,
  DEFAULT_PARAMETERS,
  type MinerKey,
  type MixtureParameters,
  type MixtureState,
  type ScoreInput,
} from "@ganglion/mixture";

/** Small sizes; everything else as measured. */
export const TINY: MixtureParameters = {
  ...DEFAULT_PARAMETERS,
  dim: 6,
  vocabulary: 4,
  copies: { ...DEFAULT_PARAMETERS.copies, minRows: 10 },
};

export function buildState(
  miners: readonly MinerKey[],
  domains: readonly string[] = ["prose", "code"],
): MixtureState {
  const state = createMixtureState({ domains, parameters: TINY });
  for (const key of miners) addMiner(state, key);
  return state;
}

/** Contexts of one domain with one byte pattern, target 0; each miner predicts it as told, the rest spread evenly. */
export function buildInput(
  domain: string,
  rows: number,
  probabilities: Readonly<Record<MinerKey, number>>,
): ScoreInput {
  const features = contextFeatures(Uint8Array.from(domain, (c) => c.charCodeAt(0)));
  return {
    contexts: Array.from({ length: rows }, () => ({ domain, features, target: 0 })),
    answers: new Map(
      Object.entries(probabilities).map(([key, p]) => [
        key,
        {
          contextIndices: Int32Array.from({ length: rows }, (_, i) => i),
          probabilities: Float32Array.from({ length: rows * 4 }, (_, i) => (i % 4 === 0 ? p : (1 - p) / 3)),
        },
      ]),
    ),
  };
}
