import { addressOfKey, bytesToHex, GanglionError } from "@ganglion/types";
import { findParamsProblem } from "../state/checkParams.ts";
import type { GenesisDoc } from "./genesisDoc.ts";

const SHARES_PPM = 1_000_000;
/** All powers together: what CometBFT takes, (2^63 - 1) / 8. */
const MOST_POWER = (1n << 60n) - 1n;
/** Names of chains and domains: ASCII without blanks, so that they mean the same in every locale. */
export const NAME = /^[a-z0-9][a-zA-Z0-9._-]{0,62}$/;

/** @throws GanglionError GENESIS_BAD that says which rule the document breaks */
export function checkGenesis(doc: GenesisDoc): void {
  const problem = findProblem(doc);
  if (problem !== undefined)
    throw new GanglionError("GENESIS_BAD", `the genesis document is wrong: ${problem}`);
}

function findProblem(doc: GenesisDoc): string | undefined {
  if (!NAME.test(doc.chainId)) return "chainId: letters, digits, '.', '_' and '-', at most 63";
  if (!Number.isSafeInteger(doc.timeMs) || doc.timeMs < 0) return "timeMs: milliseconds since 1970";
  const params = findParamsProblem(doc.params);
  if (params !== undefined) return `params.${params.message} (${params.code})`;
  return findDomainsProblem(doc) ?? findValidatorsProblem(doc);
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
  if (!validators.every(({ power }) => power > 0n)) return "validators: power above 0";
  if (new Set(validators.map(({ power }) => power)).size > 1) return "validators: all have the same power";
  if (validators.reduce((sum, { power }) => sum + power, 0n) > MOST_POWER)
    return "validators: powers sum to less than 2^60";
  const hotkeys = new Set(validators.map(({ hotkey }) => bytesToHex(hotkey)));
  const consensusKeys = new Set(validators.map(({ consensusKey }) => bytesToHex(consensusKey)));
  if (hotkeys.size < validators.length || consensusKeys.size < validators.length)
    return "validators: each has its own hotkey and consensusKey";
  const addresses = new Set(validators.map(({ hotkey }) => bytesToHex(addressOfKey(hotkey))));
  return validators.some(({ owner }) => addresses.has(bytesToHex(owner)))
    ? "validators: an owner is a coldkey's address, not a hotkey's"
    : undefined;
}
