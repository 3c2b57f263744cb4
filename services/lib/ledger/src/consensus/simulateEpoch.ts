import { GanglionError } from "@ganglion/types";
import type { EpochContribution } from "../ledgerTypes.ts";
import { computeContributions } from "./computeContributions.ts";
import { computeEpoch } from "./computeEpoch.ts";
import type { EpochInput, EpochOutput, EpochParams } from "./epochTypes.ts";
import { maxUpscaleToU16 } from "./maxUpscale.ts";
import { EMPTY_ROW, type SparseRow } from "./sparseRow.ts";
import { splitByLargestRemainder } from "./splitByLargestRemainder.ts";
import { toFractions53 } from "./toFractions53.ts";

/** A market in words: who gives whom which weight. Names are unique over validators and miners together. */
export type EpochScenario = {
  readonly validators: readonly ScenarioValidator[];
  readonly miners: readonly string[];
  /** Domains and their shares, any unit; one domain "all" if left out. */
  readonly domains?: Readonly<Record<string, number>>;
  readonly params?: Partial<EpochParams>;
  /** How many epochs to run in a row with the same weights, so that bonds settle; 1 if left out. */
  readonly epochs?: number;
  /** Spikes to split in each epoch: half to miners, half to validators; 10^9 if left out. */
  readonly emissionSpikes?: bigint;
};

export type ScenarioValidator = {
  readonly name: string;
  readonly stakeSpikes: bigint;
  /** By domain, by miner: any non-negative unit. A domain left out was not scored. */
  readonly weights: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** False: its stake does not count. */
  readonly active?: boolean;
};

export type SimulatedNeuron = {
  readonly name: string;
  readonly uid: number;
  readonly kind: "validator" | "miner";
  readonly stakeShare: number;
  readonly consensus: number;
  readonly incentive: number;
  readonly dividends: number;
  readonly validatorTrust: number;
  readonly emissionSpikes: bigint;
  /** Why: each validator's weight on it, and what clipping left of it. `validatorUid` and `domainId` are positions. */
  readonly contributions: readonly EpochContribution[];
};

export type SimulatedDomain = {
  readonly name: string;
  readonly coverage: number;
  readonly countedShare: number;
};

/** The last epoch of the scenario. */
export type EpochSimulation = {
  readonly domains: readonly SimulatedDomain[];
  readonly neurons: readonly SimulatedNeuron[];
};

const DEFAULT_PARAMS: EpochParams = {
  kappaU16: 32_767,
  bondsPenaltyU16: 65_535,
  bondsMovingAveragePpm: 900_000,
  incentiveFrom: "consensus",
};
const DEFAULT_EMISSION = 1_000_000_000n;

/**
 * Plays consensus over a scenario: what each validator and miner gets, and why. Validators have the first uids in
 * their order, then miners in theirs; all hold what they need to count.
 *
 * @throws GanglionError SIMULATE_BAD_SCENARIO
 */
export function simulateEpoch(scenario: EpochScenario): EpochSimulation {
  const domains = Object.entries(scenario.domains ?? { all: 1 });
  const names = [...scenario.validators.map((validator) => validator.name), ...scenario.miners];
  assertScenario(scenario, names, domains);
  let input = buildInput(scenario, names, domains);
  let output = computeEpoch(input);
  for (let epoch = 2; epoch <= (scenario.epochs ?? 1); epoch++) {
    input = { ...input, bonds: output.bonds };
    output = computeEpoch(input);
  }
  const contributions = computeContributions(
    input,
    output,
    domains.map((_, d) => d),
  );
  const emission = splitEmission(output, scenario.emissionSpikes ?? DEFAULT_EMISSION);
  return {
    domains: domains.map(([name], d) => ({
      name,
      coverage: output.coverage[d] ?? 0,
      countedShare: output.countedShare[d] ?? 0,
    })),
    neurons: names.map((name, uid) => ({
      name,
      uid,
      kind: uid < scenario.validators.length ? "validator" : "miner",
      stakeShare: output.stake[uid] ?? 0,
      consensus: output.consensus[uid] ?? 0,
      incentive: output.incentive[uid] ?? 0,
      dividends: output.dividends[uid] ?? 0,
      validatorTrust: output.validatorTrust[uid] ?? 0,
      emissionSpikes: emission[uid] ?? 0n,
      contributions: contributions[uid] ?? [],
    })),
  };
}

/** Rule EMIT after the bootstrap: 50/50; nothing is minted where no miner has incentive. */
function splitEmission(output: EpochOutput, total: bigint): bigint[] {
  const miners = toFractions53(output.incentive);
  if (miners.every((share) => share === 0n)) return miners.map(() => 0n);
  const validators = toFractions53(output.dividends);
  const toValidators = validators.some((share) => share > 0n) ? total / 2n : 0n;
  const earned = splitByLargestRemainder(total - toValidators, miners);
  const dividends = splitByLargestRemainder(toValidators, validators);
  return earned.map((part, uid) => part + (dividends[uid] ?? 0n));
}

function buildInput(
  scenario: EpochScenario,
  names: readonly string[],
  domains: readonly (readonly [string, number])[],
): EpochInput {
  const n = names.length;
  const uidOf = new Map(names.map((name, uid) => [name, uid]));
  const permits = Uint8Array.from(names, (_, uid) => (uid < scenario.validators.length ? 1 : 0));
  return {
    n,
    stakeSpikes: names.map((_, uid) => scenario.validators[uid]?.stakeSpikes ?? 0n),
    active: Uint8Array.from(names, (_, uid) => (scenario.validators[uid]?.active === false ? 0 : 1)),
    permits,
    nextPermits: permits,
    weightsSetAt: new Float64Array(n).fill(1),
    registeredAt: new Float64Array(n),
    lastEpochHeight: 1,
    domains: domains.map(([domain, share]) => ({
      share,
      rows: names.map((_, uid) => toRow(scenario.validators[uid]?.weights[domain], uidOf)),
    })),
    bonds: names.map(() => EMPTY_ROW),
    params: { ...DEFAULT_PARAMS, ...scenario.params },
  };
}

function toRow(
  weights: Readonly<Record<string, number>> | undefined,
  uidOf: ReadonlyMap<string, number>,
): SparseRow | undefined {
  if (weights === undefined) return undefined;
  const entries = Object.entries(weights).map(([miner, weight]) => ({ uid: uidOf.get(miner) ?? 0, weight }));
  entries.sort((a, b) => a.uid - b.uid);
  return {
    uids: Uint16Array.from(entries, (entry) => entry.uid),
    values: maxUpscaleToU16(entries.map((entry) => entry.weight)),
  };
}

function assertScenario(
  scenario: EpochScenario,
  names: readonly string[],
  domains: readonly (readonly [string, number])[],
): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw bad(`the name ${repeated} is given twice`);
  for (const [name, share] of domains)
    if (!(share >= 0 && share < 1e15)) throw bad(`domain ${name} has share ${share}`);
  const miners = new Set(scenario.miners);
  for (const validator of scenario.validators) {
    if (validator.stakeSpikes < 0n) throw bad(`${validator.name} has a negative stake`);
    for (const [domain, row] of Object.entries(validator.weights)) {
      if (!domains.some(([name]) => name === domain))
        throw bad(`${validator.name} scores ${domain}, which is no domain`);
      for (const [miner, weight] of Object.entries(row)) {
        if (!miners.has(miner)) throw bad(`${validator.name} weights ${miner}, which is no miner`);
        if (!(weight >= 0 && weight < 1e15))
          throw bad(`${validator.name} gives ${miner} the weight ${weight}`);
      }
    }
  }
}

function bad(what: string): GanglionError {
  return new GanglionError("SIMULATE_BAD_SCENARIO", `${what}; correct the scenario`);
}
