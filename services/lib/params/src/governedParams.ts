import type { ProtocolParams } from "./presets.ts";

/** Both ends are allowed. */
export type ParamBounds = { readonly least: bigint; readonly most: bigint };

const PPM = 1_000_000n;
const BLOCKS_MOST = 5_000_000n;
const U32_MAX = 2n ** 32n - 1n;
const SPIKES = 1_000_000_000n;

/**
 * What a vote can change, and within which bounds (rule GOV-5). All other parameters are pinned by genesis: money (cap,
 * block target, bootstrap), the length of epochs, unbonding and the age of evidence, what a light client trusts, sizes
 * that the engine fixes, and how consensus is computed. Bounds keep any vote from stopping the chain or the next vote.
 */
export const GOVERNED_PARAMS: Readonly<Partial<Record<keyof ProtocolParams, ParamBounds>>> = {
  commitCutoffBlocks: { least: 0n, most: BLOCKS_MOST },
  immunityBlocks: { least: 1n, most: BLOCKS_MOST },
  activityCutoffBlocks: { least: 1n, most: BLOCKS_MOST },
  maxNeurons: { least: 1n, most: 4_096n },
  maxValidators: { least: 1n, most: 1_024n },
  maxDomains: { least: 1n, most: 64n },
  targetRegistrationsPerInterval: { least: 1n, most: 1_000n },
  registrationIntervalBlocks: { least: 1n, most: 100_000n },
  workValidBlocks: { least: 2n, most: 63n },
  difficultyMin: { least: 1n, most: 2n ** 62n },
  difficultyMax: { least: 1n, most: 2n ** 62n },
  burnMinSpikes: { least: 1n, most: 1_000n * SPIKES },
  burnMaxSpikes: { least: 1n, most: 1_000_000n * SPIKES },
  kappaU16: { least: 26_214n, most: 52_428n },
  bondsMovingAveragePpm: { least: 500_000n, most: 999_000n },
  bondsPenaltyU16: { least: 0n, most: 65_535n },
  consensusSharePpm: { least: 0n, most: 300_000n },
  minerSharePpm: { least: 100_000n, most: 900_000n },
  takeDefaultPpm: { least: 0n, most: 500_000n },
  takeMaxPpm: { least: 0n, most: 500_000n },
  minStakeSpikes: { least: 1_000n, most: 1_000n * SPIKES },
  minBalanceSpikes: { least: 0n, most: SPIKES },
  feeSpikesPerByte: { least: 0n, most: 1_000_000n },
  minConsensusKeys: { least: 1n, most: 100n },
  weightsVersion: { least: 0n, most: U32_MAX },
  slashPpm: { least: 0n, most: 500_000n },
  jailBlocks: { least: 1n, most: BLOCKS_MOST },
  livenessMinPpm: { least: 0n, most: 900_000n },
  votingBlocks: { least: 5n, most: 500_000n },
  timeLockBlocks: { least: 0n, most: 500_000n },
  quorumPpm: { least: 50_000n, most: 800_000n },
  thresholdPpm: { least: 500_001n, most: 900_000n },
  proposalStakePpm: { least: PPM / 100n, most: PPM / 5n },
  takeRaiseBlocks: { least: 0n, most: BLOCKS_MOST },
  maxAccountTxsPerBlock: { least: 8n, most: 65_536n },
};
