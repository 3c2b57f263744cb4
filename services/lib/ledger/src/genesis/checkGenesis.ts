import type { ProtocolParams } from "@ganglion/params";
import {
  addressOfKey,
  bytesToHex,
  COMMIT_RING,
  DOMAINS_LIMIT,
  GanglionError,
  NEURONS_LIMIT,
  RECENT_BLOCKS,
} from "@ganglion/types";
import type { GenesisDoc } from "./genesisDoc.ts";

const SHARES_PPM = 1_000_000;
const U64_MAX = (1n << 64n) - 1n;
/** ASCII without blanks, so that names mean the same in every locale. */
const NAME = /^[a-z0-9][a-zA-Z0-9._-]{0,62}$/;

/** @throws GanglionError GENESIS_BAD that says which rule the document breaks */
export function checkGenesis(doc: GenesisDoc): void {
  const problem = findProblem(doc);
  if (problem !== undefined)
    throw new GanglionError("GENESIS_BAD", `the genesis document is wrong: ${problem}`);
}

function findProblem(doc: GenesisDoc): string | undefined {
  if (!NAME.test(doc.chainId)) return "chainId: letters, digits, '.', '_' and '-', at most 63";
  if (!Number.isSafeInteger(doc.timeMs) || doc.timeMs < 0) return "timeMs: milliseconds since 1970";
  return findParamsProblem(doc.params) ?? findDomainsProblem(doc) ?? findValidatorsProblem(doc);
}

function findParamsProblem(params: ProtocolParams): string | undefined {
  const p = params;
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === "number" && (!Number.isSafeInteger(value) || value < 0))
      return `params.${name}: a whole number from 0`;
    if (typeof value === "bigint" && (value < 0n || value > U64_MAX))
      return `params.${name}: from 0 to 2^64 - 1`;
  }
  const rules: readonly (readonly [boolean, string])[] = [
    [p.blockTargetMs > 0, "blockTargetMs: above 0"],
    [p.commitCutoffBlocks < p.epochLengthBlocks, "commitCutoffBlocks: below epochLengthBlocks"],
    [
      p.revealDelayEpochs >= 1 && p.revealDelayEpochs < COMMIT_RING,
      `revealDelayEpochs: 1 to ${COMMIT_RING - 1}`,
    ],
    [
      p.immunityBlocks > (p.revealDelayEpochs + 2) * p.epochLengthBlocks,
      "immunityBlocks: above revealDelayEpochs + 2 epochs",
    ],
    [p.maxNeurons >= 1 && p.maxNeurons <= NEURONS_LIMIT, `maxNeurons: 1 to ${NEURONS_LIMIT}`],
    [p.maxDomains >= 1 && p.maxDomains <= DOMAINS_LIMIT, `maxDomains: 1 to ${DOMAINS_LIMIT}`],
    [
      p.workValidBlocks >= 1 && p.workValidBlocks < RECENT_BLOCKS,
      `workValidBlocks: 1 to ${RECENT_BLOCKS - 1}`,
    ],
    [p.registrationIntervalBlocks >= 1, "registrationIntervalBlocks: at least 1"],
    [p.targetRegistrationsPerInterval >= 1, "targetRegistrationsPerInterval: at least 1"],
    [
      p.difficultyMin >= 1n && p.difficultyMin <= p.difficultyStart && p.difficultyStart <= p.difficultyMax,
      "difficultyStart: within min and max",
    ],
    [
      p.burnMinSpikes <= p.burnStartSpikes && p.burnStartSpikes <= p.burnMaxSpikes,
      "burnStartSpikes: within min and max",
    ],
    [p.kappaU16 <= 65_535 && p.bondsPenaltyU16 <= 65_535, "kappaU16, bondsPenaltyU16: at most 65535"],
    [
      Math.max(p.consensusSharePpm, p.minerSharePpm, p.minerShareBootstrapPpm, p.bondsMovingAveragePpm) <=
        SHARES_PPM,
      "shares in ppm: at most 1000000",
    ],
    [p.supplyCapSpikes > 0n, "supplyCapSpikes: above 0"],
    [p.minStakeSpikes > 0n, "minStakeSpikes: above 0"],
  ];
  const broken = rules.find(([holds]) => !holds);
  return broken === undefined ? undefined : `params.${broken[1]}`;
}

function findDomainsProblem({ domains, params }: GenesisDoc): string | undefined {
  if (domains.length < 1 || domains.length > params.maxDomains) return `domains: 1 to ${params.maxDomains}`;
  const names = new Set(domains.map(({ name }) => name));
  if (names.size < domains.length || !domains.every(({ name }) => NAME.test(name)))
    return "domains: each has its own name of letters, digits, '.', '_' and '-'";
  if (!domains.every(({ sharePpm }) => Number.isSafeInteger(sharePpm) && sharePpm > 0))
    return "domains: sharePpm above 0";
  const sum = domains.reduce((total, { sharePpm }) => total + sharePpm, 0);
  return sum === SHARES_PPM ? undefined : `domains: shares sum to ${sum}, not ${SHARES_PPM}`;
}

function findValidatorsProblem({ validators, params }: GenesisDoc): string | undefined {
  const most = Math.min(params.maxValidators, params.maxNeurons);
  if (validators.length < Math.max(1, params.minConsensusKeys) || validators.length > most)
    return `validators: ${Math.max(1, params.minConsensusKeys)} to ${most}`;
  if (!validators.every(({ power }) => power > 0n && power <= U64_MAX)) return "validators: power above 0";
  if (new Set(validators.map(({ power }) => power)).size > 1) return "validators: all have the same power";
  const hotkeys = new Set(validators.map(({ hotkey }) => bytesToHex(hotkey)));
  const consensusKeys = new Set(validators.map(({ consensusKey }) => bytesToHex(consensusKey)));
  if (hotkeys.size < validators.length || consensusKeys.size < validators.length)
    return "validators: each has its own hotkey and consensusKey";
  const addresses = new Set(validators.map(({ hotkey }) => bytesToHex(addressOfKey(hotkey))));
  return validators.some(({ owner }) => addresses.has(bytesToHex(owner)))
    ? "validators: an owner is a coldkey's address, not a hotkey's"
    : undefined;
}
