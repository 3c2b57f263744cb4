import { SPIKES_PER_GLN } from "./constants.ts";

/**
 * Protocol parameters: they decide the state root, so they live in genesis and on the ledger, never in a
 * program's configuration. Blocks are counted in blocks, times in milliseconds, money in spikes.
 */
export type ProtocolParams = {
  /** Target time between blocks: an epoch pays for no more blocks than its time holds (rule EMIT-2). */
  readonly blockTargetMs: number;
  readonly epochLengthBlocks: number;
  /** Commits end this many blocks before the epoch's last block. */
  readonly commitCutoffBlocks: number;
  /** Epochs between a commit and its reveal. */
  readonly revealDelayEpochs: number;
  readonly immunityBlocks: number;
  readonly activityCutoffBlocks: number;
  readonly maxNeurons: number;
  readonly maxValidators: number;
  readonly maxDomains: number;
  readonly targetRegistrationsPerInterval: number;
  readonly registrationIntervalBlocks: number;
  readonly workValidBlocks: number;
  readonly difficultyStart: bigint;
  readonly difficultyMin: bigint;
  readonly difficultyMax: bigint;
  readonly burnStartSpikes: bigint;
  readonly burnMinSpikes: bigint;
  readonly burnMaxSpikes: bigint;
  /** kappa of the stake-weighted median, /65535. */
  readonly kappaU16: number;
  /** Weight of the old bonds in the moving average, /1e6. */
  readonly bondsMovingAveragePpm: number;
  readonly bondsPenaltyU16: number;
  readonly incentiveFrom: "consensus" | "rank";
  readonly supplyCapSpikes: bigint;
  /** Share of an epoch's emission that goes to consensus keys, /1e6. */
  readonly consensusSharePpm: number;
  /** Miners' share of the rest during the bootstrap, and after it, /1e6. */
  readonly minerShareBootstrapPpm: number;
  readonly minerSharePpm: number;
  readonly bootstrapIssuanceSpikes: bigint;
  readonly bootstrapEndHeight: number;
  readonly unbondingBlocks: number;
  readonly unbondingMs: number;
  readonly takeDefaultPpm: number;
  readonly takeMaxPpm: number;
  readonly minStakeSpikes: bigint;
  readonly minBalanceSpikes: bigint;
  readonly feeSpikesPerByte: bigint;
  readonly maxTxBytes: number;
  readonly maxBlockBytes: number;
  readonly minConsensusKeys: number;
  /** How bonds and dividends follow weights. Chosen at genesis. */
  readonly consensusMode: "classic" | "yuma3";
  /** Reveals of older scoring rules are refused. */
  readonly weightsVersion: number;
  /** Evidence of a fault is taken until both have passed since it. */
  readonly evidenceAgeBlocks: number;
  readonly evidenceAgeMs: number;
  /** Part of the stake behind a key that a proven fault burns, /1e6. */
  readonly slashPpm: number;
  /** Jail lasts these blocks and as many block targets of time. */
  readonly jailBlocks: number;
  /** Part of an epoch's blocks that a key signs, or it is jailed, /1e6. */
  readonly livenessMinPpm: number;
  /** Length of a round of governance: of the wait for a vote, and of the vote. */
  readonly votingBlocks: number;
  /** An accepted proposal takes effect after these blocks and as many block targets of time. */
  readonly timeLockBlocks: number;
  /** Part of all stake that must vote, and part of the votes that must be yes, /1e6. */
  readonly quorumPpm: number;
  readonly thresholdPpm: number;
  /** Part of all stake that a proposer has, /1e6. */
  readonly proposalStakePpm: number;
  /** Blocks between two raises of a take. */
  readonly takeRaiseBlocks: number;
  /** Transactions of one sender in one block. */
  readonly maxAccountTxsPerBlock: number;
  /** Oldest header that a light client may start from. */
  readonly trustPeriodMs: number;
  /** Blocks that every node keeps. */
  readonly retainBlocks: number;
};

export type PresetName = "minimal" | "local" | "mainnet";

/** A preset: the protocol's parameters and the validator's starting values (which the ledger never sees). */
export type Preset = {
  readonly name: PresetName;
  readonly protocol: ProtocolParams;
  readonly market: {
    /** Miners asked for one context. */
    readonly k: number;
    readonly newcomerSeats: number;
    readonly scoredRowsPerStep: number;
    /** At most this share of a domain's held-back bytes is spent in one epoch. */
    readonly walkPacePerEpoch: number;
  };
  /** Whether callers may connect to private, loopback and link-local addresses. */
  readonly allowPrivateAddresses: boolean;
};

const gln = (amount: number): bigint => (BigInt(Math.floor(amount * 1000)) * SPIKES_PER_GLN) / 1000n;

const shared = {
  kappaU16: 32_767,
  bondsMovingAveragePpm: 900_000,
  bondsPenaltyU16: 65_535,
  incentiveFrom: "consensus",
  consensusSharePpm: 100_000,
  minerShareBootstrapPpm: 900_000,
  minerSharePpm: 500_000,
  burnStartSpikes: gln(1),
  takeDefaultPpm: 100_000,
  takeMaxPpm: 180_000,
  maxTxBytes: 64 * 1024,
  weightsVersion: 1,
  slashPpm: 50_000,
  livenessMinPpm: 500_000,
  quorumPpm: 330_000,
  thresholdPpm: 666_667,
  proposalStakePpm: 10_000,
  maxAccountTxsPerBlock: 64,
} as const;

const DAY_MS = 86_400_000;

const minimal: ProtocolParams = {
  ...shared,
  blockTargetMs: 1_000,
  epochLengthBlocks: 10,
  commitCutoffBlocks: 2,
  revealDelayEpochs: 1,
  immunityBlocks: 40,
  activityCutoffBlocks: 30,
  maxNeurons: 16,
  maxValidators: 4,
  maxDomains: 4,
  targetRegistrationsPerInterval: 3,
  registrationIntervalBlocks: 10,
  workValidBlocks: 10,
  difficultyStart: 1n << 8n,
  difficultyMin: 1n,
  difficultyMax: 1n << 62n,
  burnMinSpikes: gln(0.1),
  burnMaxSpikes: gln(100),
  supplyCapSpikes: gln(2_100),
  bootstrapIssuanceSpikes: gln(200),
  bootstrapEndHeight: 300,
  unbondingBlocks: 50,
  unbondingMs: 50_000,
  minStakeSpikes: gln(0.01),
  minBalanceSpikes: 1_000_000n,
  feeSpikesPerByte: 1n,
  maxBlockBytes: 256 * 1024,
  minConsensusKeys: 1,
  consensusMode: "classic",
  evidenceAgeBlocks: 20,
  evidenceAgeMs: 20_000,
  jailBlocks: 10,
  votingBlocks: 10,
  timeLockBlocks: 10,
  takeRaiseBlocks: 100,
  trustPeriodMs: 30_000,
  retainBlocks: 100,
};

const local: ProtocolParams = {
  ...minimal,
  epochLengthBlocks: 20,
  commitCutoffBlocks: 4,
  immunityBlocks: 100,
  activityCutoffBlocks: 60,
  maxNeurons: 64,
  maxValidators: 16,
  maxDomains: 16,
  targetRegistrationsPerInterval: 6,
  registrationIntervalBlocks: 20,
  workValidBlocks: 30,
  difficultyStart: 1n << 16n,
  supplyCapSpikes: gln(21_000_000),
  bootstrapIssuanceSpikes: gln(10_000),
  bootstrapEndHeight: 14_400,
  unbondingBlocks: 200,
  unbondingMs: 200_000,
  maxBlockBytes: 1024 * 1024,
  evidenceAgeBlocks: 100,
  evidenceAgeMs: 100_000,
  jailBlocks: 60,
  votingBlocks: 100,
  timeLockBlocks: 20,
  takeRaiseBlocks: 400,
  trustPeriodMs: 130_000,
  retainBlocks: 100_000,
};

const mainnet: ProtocolParams = {
  ...local,
  blockTargetMs: 12_000,
  epochLengthBlocks: 360,
  commitCutoffBlocks: 30,
  revealDelayEpochs: 3,
  immunityBlocks: 4_096,
  activityCutoffBlocks: 5_040,
  maxNeurons: 2_048,
  maxValidators: 128,
  maxDomains: 32,
  targetRegistrationsPerInterval: 2,
  registrationIntervalBlocks: 360,
  workValidBlocks: 10,
  difficultyStart: 1n << 32n,
  burnMinSpikes: gln(0.01),
  burnMaxSpikes: gln(1_000),
  bootstrapIssuanceSpikes: gln(500_000),
  bootstrapEndHeight: 648_000,
  unbondingBlocks: 151_200,
  unbondingMs: 21 * DAY_MS,
  minStakeSpikes: gln(1),
  minBalanceSpikes: 10_000_000n,
  feeSpikesPerByte: 100n,
  maxBlockBytes: 2 * 1024 * 1024,
  minConsensusKeys: 4,
  consensusMode: "yuma3",
  evidenceAgeBlocks: 100_800,
  evidenceAgeMs: 14 * DAY_MS,
  jailBlocks: 7_200,
  votingBlocks: 50_400,
  timeLockBlocks: 14_400,
  takeRaiseBlocks: 216_000,
  trustPeriodMs: 14 * DAY_MS,
  retainBlocks: 201_600,
};

/** Starting values; docs/ledger.md has them in a table. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  minimal: {
    name: "minimal",
    protocol: minimal,
    market: { k: 4, newcomerSeats: 2, scoredRowsPerStep: 32, walkPacePerEpoch: 1 / 16 },
    allowPrivateAddresses: true,
  },
  local: {
    name: "local",
    protocol: local,
    market: { k: 4, newcomerSeats: 2, scoredRowsPerStep: 64, walkPacePerEpoch: 1 / 64 },
    allowPrivateAddresses: true,
  },
  mainnet: {
    name: "mainnet",
    protocol: mainnet,
    market: { k: 8, newcomerSeats: 2, scoredRowsPerStep: 128, walkPacePerEpoch: 1 / 256 },
    allowPrivateAddresses: false,
  },
};
