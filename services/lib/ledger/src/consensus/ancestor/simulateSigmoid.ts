import type { Cast, EpochScenario, EpochSimulation } from "../scenario.ts";
import { computeSigmoidEpoch, type SigmoidInput, type SigmoidParams } from "./computeSigmoidEpoch.ts";

/** The ancestor's of 2022. */
const DEFAULT_PARAMS: SigmoidParams = {
  rho: 10,
  kappa: 0.5,
  selfOwnership: 0.5,
  bondsMovingAveragePpm: 900_000,
  decay: "all",
};

/** A scenario under the sigmoid form: each validator's row is scaled to a sum of 1, and nothing is clipped. */
export function simulateSigmoid(
  scenario: EpochScenario,
  { names, domains, uidOf }: Cast,
  emissionSpikes: bigint,
): EpochSimulation {
  const [domain = "all"] = domains.map(([name]) => name);
  const weightsOf = scenario.validators.map(({ weights }) => toShares(weights[domain] ?? {}));
  let input: SigmoidInput = {
    active: Uint8Array.from(names, (_, uid) => (scenario.validators[uid]?.active === false ? 0 : 1)),
    stakeSpikes: names.map((_, uid) => scenario.validators[uid]?.stakeSpikes ?? 0n),
    rows: names.map((_, uid) =>
      (weightsOf[uid] ?? []).map(({ name, weight }) => ({ uid: uidOf.get(name) ?? 0, weight })),
    ),
    bonds: names.map(() => new Float64Array(names.length)),
    emissionSpikes,
    params: { ...DEFAULT_PARAMS, ...scenario.sigmoid },
  };
  let output = computeSigmoidEpoch(input);
  for (let epoch = 2; epoch <= (scenario.epochs ?? 1); epoch++) {
    input = { ...input, bonds: output.bonds };
    output = computeSigmoidEpoch(input);
  }
  let coverage = 0;
  weightsOf.forEach((row, uid) => {
    if (row.length > 0) coverage += output.stake[uid] ?? 0;
  });
  return {
    domains: [{ name: domain, coverage, countedShare: 1 }],
    neurons: names.map((name, uid) => ({
      name,
      uid,
      kind: uid < scenario.validators.length ? "validator" : "miner",
      stakeShare: output.stake[uid] ?? 0,
      consensus: output.consensus[uid] ?? 0,
      incentive: output.incentive[uid] ?? 0,
      dividends: output.dividends[uid] ?? 0,
      validatorTrust: (weightsOf[uid]?.length ?? 0) > 0 ? 1 : 0,
      emissionSpikes: output.emission[uid] ?? 0n,
      contributions: weightsOf.flatMap((row, validatorUid) =>
        row
          .filter((entry) => entry.name === name)
          .map(({ weight }) => ({
            validatorUid,
            domainId: 0,
            weight,
            clipped: weight,
            stakeShare: output.stake[validatorUid] ?? 0,
          })),
      ),
    })),
  };
}

/** Entries above zero: the form trusts whoever is listed. */
function toShares(weights: Readonly<Record<string, number>>): { name: string; weight: number }[] {
  let sum = 0;
  for (const weight of Object.values(weights)) sum += weight;
  return Object.entries(weights).flatMap(([name, weight]) =>
    weight > 0 ? [{ name, weight: weight / sum }] : [],
  );
}
