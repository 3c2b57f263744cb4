import { liquidRate } from "./ancestor/liquidRate.ts";
import { simulateSigmoid } from "./ancestor/simulateSigmoid.ts";
import type { CreateBonds } from "./bondsRule.ts";
import { computeContributions } from "./computeContributions.ts";
import { computeEpoch } from "./computeEpoch.ts";
import type { EpochInput, EpochOutput, EpochParams } from "./epochTypes.ts";
import { maxUpscaleToU16 } from "./maxUpscale.ts";
import { badScenario, type Cast, type EpochScenario, type EpochSimulation, readCast } from "./scenario.ts";
import { EMPTY_ROW, type SparseRow } from "./sparseRow.ts";
import { splitByLargestRemainder } from "./splitByLargestRemainder.ts";
import { toFractions53 } from "./toFractions53.ts";
import { createYuma3Bonds } from "./yuma3Bonds.ts";

const DEFAULT_PARAMS: Omit<EpochParams, "consensusMode"> = {
  kappaU16: 32_767,
  bondsPenaltyU16: 65_535,
  bondsMovingAveragePpm: 900_000,
  incentiveFrom: "consensus",
};
/** The ancestor's: 45875 and 58982 of 65535, and 1000 of 100. */
const DEFAULT_LIQUID_ALPHA = { low: 0.7, high: 0.9, steepness: 10 };
const DEFAULT_EMISSION = 1_000_000_000n;

/**
 * Plays consensus over a scenario: what each validator and miner gets, and why. Validators have the first uids in
 * their order, then miners in theirs; all hold what they need to count.
 *
 * @throws GanglionError SIMULATE_BAD_SCENARIO
 */
export function simulateEpoch(scenario: EpochScenario): EpochSimulation {
  const cast = readCast(scenario);
  const total = scenario.emissionSpikes ?? DEFAULT_EMISSION;
  if (scenario.mode === "sigmoid") return simulateSigmoid(scenario, cast, total);
  const createBonds = bondsOf(scenario);
  let input = buildInput(scenario, cast);
  let output = computeEpoch(input, createBonds);
  for (let epoch = 2; epoch <= (scenario.epochs ?? 1); epoch++) {
    input = { ...input, bonds: output.bonds };
    output = computeEpoch(input, createBonds);
  }
  const ids = cast.domains.map((_, d) => d);
  const contributions = computeContributions(input, output, ids);
  const emission = splitEmission(output, total);
  return {
    domains: cast.domains.map(([name], d) => ({
      name,
      coverage: output.coverage[d] ?? 0,
      countedShare: output.countedShare[d] ?? 0,
    })),
    neurons: cast.names.map((name, uid) => ({
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

/** Undefined = the rule of the parameters' mode. */
function bondsOf({ mode, liquidAlpha }: EpochScenario): CreateBonds | undefined {
  if (mode !== "liquid") return undefined;
  const bounds = { ...DEFAULT_LIQUID_ALPHA, ...liquidAlpha };
  if (!(bounds.low <= bounds.high)) throw badScenario(`liquid alpha's low is above its high`);
  const rate = liquidRate(bounds);
  return (...of) => createYuma3Bonds(...of, rate);
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

function buildInput(scenario: EpochScenario, { names, domains, uidOf }: Cast): EpochInput {
  const n = names.length;
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
    params: {
      ...DEFAULT_PARAMS,
      ...scenario.params,
      consensusMode: scenario.mode === "yuma3" || scenario.mode === "liquid" ? "yuma3" : "classic",
    },
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
