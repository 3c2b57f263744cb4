import type { ProtocolParams } from "@ganglion/params";
import {
  COMMIT_RING,
  DOMAINS_LIMIT,
  NEURONS_LIMIT,
  RECENT_BLOCKS,
  TRANSACTION_LIMIT_BYTES,
} from "@ganglion/types";

const PPM = 1_000_000;
const U64_MAX = (1n << 64n) - 1n;
const U32_MAX = 4_294_967_295;
/** A fault burns at most this much: prices of shares stay within their number's range. */
const SLASH_MAX_PPM = 500_000;
/** Epochs beyond the age of evidence that unbonding lasts: evidence is processed in a block, power changes later. */
const MARGIN_EPOCHS = 2;

/** Which relation parameters break, and what it asks for. */
export type ParamsProblem = { readonly code: string; readonly message: string };

type Rule = readonly [holds: boolean, code: string, message: string];

/** Rule PARAM-1: what holds of all parameters together, at genesis and after every vote. */
export function findParamsProblem(params: ProtocolParams): ParamsProblem | undefined {
  const broken = [...rangeRules(params), ...relationRules(params), ...periodRules(params)].find(
    ([holds]) => !holds,
  );
  return broken && { code: broken[1], message: broken[2] };
}

function rangeRules(params: ProtocolParams): readonly Rule[] {
  return Object.entries(params).flatMap(([name, value]): Rule[] => {
    if (typeof value === "number")
      return [
        [Number.isSafeInteger(value) && value >= 0, "PARAMS_RANGE", `${name}: a whole number from 0`],
        [!name.endsWith("Ppm") || value <= PPM, "PARAMS_RANGE", `${name}: at most ${PPM}`],
        [!name.endsWith("U16") || value <= 65_535, "PARAMS_RANGE", `${name}: at most 65535`],
      ];
    return typeof value === "bigint"
      ? [[value >= 0n && value <= U64_MAX, "PARAMS_RANGE", `${name}: from 0 to 2^64 - 1`]]
      : [];
  });
}

function relationRules(p: ProtocolParams): readonly Rule[] {
  const within = (value: number, least: number, most: number, name: string): Rule => [
    value >= least && value <= most,
    "PARAMS_RANGE",
    `${name}: ${least} to ${most}`,
  ];
  return [
    [p.blockTargetMs > 0, "PARAMS_RANGE", "blockTargetMs: above 0"],
    [
      p.commitCutoffBlocks < p.epochLengthBlocks,
      "PARAMS_CUTOFF",
      "commitCutoffBlocks: below epochLengthBlocks",
    ],
    within(p.revealDelayEpochs, 1, COMMIT_RING - 1, "revealDelayEpochs"),
    [
      p.immunityBlocks > (p.revealDelayEpochs + 2) * p.epochLengthBlocks,
      "PARAMS_IMMUNITY_SHORT",
      "immunityBlocks: above revealDelayEpochs + 2 epochs",
    ],
    within(p.maxNeurons, 1, NEURONS_LIMIT, "maxNeurons"),
    within(p.maxDomains, 1, DOMAINS_LIMIT, "maxDomains"),
    within(p.workValidBlocks, 1, RECENT_BLOCKS - 1, "workValidBlocks"),
    within(p.registrationIntervalBlocks, 1, U32_MAX, "registrationIntervalBlocks"),
    within(p.targetRegistrationsPerInterval, 1, U32_MAX, "targetRegistrationsPerInterval"),
    within(p.maxTxBytes, 1, TRANSACTION_LIMIT_BYTES, "maxTxBytes"),
    [p.maxBlockBytes >= p.maxTxBytes, "PARAMS_BLOCK_SMALL", "maxBlockBytes: at least maxTxBytes"],
    within(p.maxAccountTxsPerBlock, 1, U32_MAX, "maxAccountTxsPerBlock"),
    within(p.weightsVersion, 0, U32_MAX, "weightsVersion"),
    [
      p.difficultyMin >= 1n && p.difficultyMin <= p.difficultyStart && p.difficultyStart <= p.difficultyMax,
      "PARAMS_DIFFICULTY",
      "difficultyStart: within min and max",
    ],
    [
      p.burnMinSpikes <= p.burnStartSpikes && p.burnStartSpikes <= p.burnMaxSpikes,
      "PARAMS_BURN",
      "burnStartSpikes: within min and max",
    ],
    [p.supplyCapSpikes > 0n, "PARAMS_RANGE", "supplyCapSpikes: above 0"],
    [p.minStakeSpikes > 0n, "PARAMS_RANGE", "minStakeSpikes: above 0"],
    [p.takeDefaultPpm <= p.takeMaxPpm, "PARAMS_TAKE", "takeDefaultPpm: at most takeMaxPpm"],
    within(p.slashPpm, 0, SLASH_MAX_PPM, "slashPpm"),
    within(p.minConsensusKeys, 1, NEURONS_LIMIT, "minConsensusKeys"),
    [
      p.minConsensusKeys <= Math.min(p.maxValidators, p.maxNeurons),
      "PARAMS_KEYS",
      "minConsensusKeys: at most maxValidators and maxNeurons",
    ],
    within(p.votingBlocks, 1, U32_MAX, "votingBlocks"),
    within(p.quorumPpm, 1, PPM, "quorumPpm"),
    within(p.thresholdPpm, PPM / 2, PPM, "thresholdPpm"),
  ];
}

/** Evidence is taken only while what it burns is still there, and while blocks that prove it are. */
function periodRules(p: ProtocolParams): readonly Rule[] {
  const marginBlocks = MARGIN_EPOCHS * p.epochLengthBlocks;
  return [
    [
      p.unbondingBlocks > p.evidenceAgeBlocks + marginBlocks,
      "PARAMS_UNBONDING_SHORT",
      "unbondingBlocks: above evidenceAgeBlocks and 2 epochs",
    ],
    [
      p.unbondingMs > p.evidenceAgeMs + marginBlocks * p.blockTargetMs,
      "PARAMS_UNBONDING_SHORT",
      "unbondingMs: above evidenceAgeMs and 2 epochs",
    ],
    [
      p.trustPeriodMs > 0 && p.trustPeriodMs * 3 <= p.unbondingMs * 2,
      "PARAMS_TRUST_LONG",
      "trustPeriodMs: above 0, at most 2/3 of unbondingMs",
    ],
    [
      p.retainBlocks >= p.evidenceAgeBlocks,
      "PARAMS_RETAIN_SHORT",
      "retainBlocks: at least evidenceAgeBlocks",
    ],
  ];
}
