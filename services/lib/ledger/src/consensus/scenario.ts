import { GanglionError } from "@ganglion/types";
import type { SigmoidParams } from "./ancestor/computeSigmoidEpoch.ts";
import type { LiquidAlpha } from "./ancestor/liquidRate.ts";
import type { EpochContribution, EpochParams } from "./epochTypes.ts";

/** The ledger's two rules, and two of the ancestor: Yuma3 with liquid alpha, and the sigmoid form of 2022. */
export const SCENARIO_MODES = ["classic", "yuma3", "liquid", "sigmoid"] as const;
export type ScenarioMode = (typeof SCENARIO_MODES)[number];

/** A market in words: who gives whom which weight. Names are unique over validators and miners together. */
export type EpochScenario = {
  readonly validators: readonly ScenarioValidator[];
  readonly miners: readonly string[];
  /** Domains and their shares, any unit; one domain "all" if left out. The sigmoid form has one only. */
  readonly domains?: Readonly<Record<string, number>>;
  /** Classic if left out. */
  readonly mode?: ScenarioMode;
  /** Of all modes but the sigmoid form. */
  readonly params?: Partial<Omit<EpochParams, "consensusMode">>;
  readonly liquidAlpha?: Partial<LiquidAlpha>;
  readonly sigmoid?: Partial<SigmoidParams>;
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

/** A scenario with its uids: validators have the first in their order, then miners in theirs. */
export type Cast = {
  readonly names: readonly string[];
  readonly domains: readonly (readonly [name: string, share: number])[];
  readonly uidOf: ReadonlyMap<string, number>;
};

/** @throws GanglionError SIMULATE_BAD_SCENARIO */
export function readCast(scenario: EpochScenario): Cast {
  const names = [...scenario.validators.map((validator) => validator.name), ...scenario.miners];
  const domains = Object.entries(scenario.domains ?? { all: 1 });
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw badScenario(`the name ${repeated} is given twice`);
  for (const [name, share] of domains)
    if (!(share >= 0 && share < 1e15)) throw badScenario(`domain ${name} has share ${share}`);
  if (scenario.mode === "sigmoid" && domains.length > 1)
    throw badScenario("the sigmoid form knows no domains");
  const miners = new Set(scenario.miners);
  for (const validator of scenario.validators) {
    if (validator.stakeSpikes < 0n) throw badScenario(`${validator.name} has a negative stake`);
    assertWeights(validator, miners, new Set(domains.map(([name]) => name)));
  }
  return { names, domains, uidOf: new Map(names.map((name, uid) => [name, uid])) };
}

function assertWeights(
  { name, weights }: ScenarioValidator,
  miners: ReadonlySet<string>,
  domains: ReadonlySet<string>,
): void {
  for (const [domain, row] of Object.entries(weights)) {
    if (!domains.has(domain)) throw badScenario(`${name} scores ${domain}, which is no domain`);
    for (const [miner, weight] of Object.entries(row)) {
      if (!miners.has(miner)) throw badScenario(`${name} weights ${miner}, which is no miner`);
      if (!(weight >= 0 && weight < 1e15)) throw badScenario(`${name} gives ${miner} the weight ${weight}`);
    }
  }
}

export function badScenario(what: string): GanglionError {
  return new GanglionError("SIMULATE_BAD_SCENARIO", `${what}; correct the scenario`);
}
