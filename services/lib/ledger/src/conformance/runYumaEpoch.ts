import { liquidRate } from "../consensus/ancestor/liquidRate.ts";
import { computeEpoch } from "../consensus/computeEpoch.ts";
import type { EpochInput, EpochOutput } from "../consensus/epochTypes.ts";
import { selectPermits } from "../consensus/selectPermits.ts";
import type { SparseRow } from "../consensus/sparseRow.ts";
import { splitByLargestRemainder } from "../consensus/splitByLargestRemainder.ts";
import { toFractions53 } from "../consensus/toFractions53.ts";
import { createYuma3Bonds } from "../consensus/yuma3Bonds.ts";
import { type JsonRecord, readFlags, readInteger, readList, readNumber, readNumbers } from "./readVectors.ts";

const U16_MAX = 65_535;

/** One epoch of the ancestor's rule, as the vectors state it: inputs by uid, names as in the files. */
export type YumaResult = EpochOutput & {
  readonly active: Uint8Array;
  readonly nextPermits: Uint8Array;
  /** All stake above the threshold, normalised; `stake` counts only active permit holders. */
  readonly wholeStake: Float64Array;
  /** Payouts of one emission to miners and validators; by stake if nobody has incentive or dividends. */
  readonly serverEmission: readonly bigint[];
  readonly validatorEmission: readonly bigint[];
};

/** Runs one Yuma epoch, classic or Yuma3: a single domain that every permit holder scored, pay by rank. */
export function runYumaEpoch(inputs: JsonRecord): YumaResult {
  const rows = readRows(inputs["weights_u16"], "weights_u16");
  const n = rows.length;
  const threshold =
    inputs["stake_threshold"] === undefined ? 0n : readInteger(inputs["stake_threshold"], "stake_threshold");
  const stakeSpikes = readList(inputs["stake"], "stake")
    .map((stake) => readInteger(stake, "stake"))
    .map((stake) => (stake >= threshold ? stake : 0n));
  const lastUpdate = Float64Array.from(readNumbers(inputs["last_update"], "last_update"));
  const oldest =
    readNumber(inputs["block"], "block") - readNumber(inputs["activity_cutoff"], "activity_cutoff");
  const active = Uint8Array.from(lastUpdate, (height) => (height < oldest ? 0 : 1));
  const everybody = new Uint8Array(n).fill(1);
  const nextPermits = selectPermits(
    stakeSpikes,
    everybody,
    readNumber(inputs["max_validators"], "max_validators"),
  );
  const input: EpochInput = {
    n,
    stakeSpikes,
    active,
    permits: readFlags(inputs["validator_permit"], "validator_permit"),
    nextPermits,
    weightsSetAt: lastUpdate,
    registeredAt: Float64Array.from(readNumbers(inputs["block_at_registration"], "block_at_registration")),
    lastEpochHeight: readNumber(inputs["last_tempo"], "last_tempo"),
    domains: [{ share: 1, rows }],
    bonds: readRows(inputs["bonds_u16_before"], "bonds_u16_before"),
    params: {
      kappaU16: readNumber(inputs["kappa"], "kappa"),
      bondsPenaltyU16: readNumber(inputs["bonds_penalty"], "bonds_penalty"),
      bondsMovingAveragePpm: readNumber(inputs["bonds_moving_average"], "bonds_moving_average"),
      incentiveFrom: "rank",
      consensusMode: inputs["yuma3"] === true ? "yuma3" : "classic",
    },
    keepEmaBonds: true,
  };
  const output = inputs["liquid_alpha"] === true ? runLiquid(input, inputs) : computeEpoch(input);
  const wholeStake = normalised(stakeSpikes);
  const emission = readInteger(inputs["rao_emission"], "rao_emission");
  return { ...output, active, nextPermits, wholeStake, ...payOut(output, wholeStake, emission) };
}

/** Liquid alpha moves Yuma3's bonds only; the ancestor ignores it elsewhere. */
function runLiquid(input: EpochInput, inputs: JsonRecord): EpochOutput {
  if (input.params.consensusMode !== "yuma3") return computeEpoch(input);
  const rate = liquidRate({
    low: readNumber(inputs["alpha_low"], "alpha_low") / U16_MAX,
    high: readNumber(inputs["alpha_high"], "alpha_high") / U16_MAX,
    steepness: readNumber(inputs["alpha_sigmoid_steepness"], "alpha_sigmoid_steepness") / 100,
  });
  return computeEpoch(input, (...of) => createYuma3Bonds(...of, rate));
}

/** The ancestor's payout, with its fallback to stake, which the ledger itself does not have (rule EMIT). */
function payOut(
  output: EpochOutput,
  wholeStake: Float64Array,
  emission: bigint,
): { serverEmission: bigint[]; validatorEmission: bigint[] } {
  const earned = [...output.incentive, ...output.dividends].some((share) => share > 0);
  const byActive = output.stake.some((share) => share > 0);
  const miners = output.incentive;
  const validators = earned ? output.dividends : byActive ? output.stake : wholeStake;
  const parts = splitByLargestRemainder(emission, [...toFractions53(miners), ...toFractions53(validators)]);
  return { serverEmission: parts.slice(0, miners.length), validatorEmission: parts.slice(miners.length) };
}

function normalised(stake: readonly bigint[]): Float64Array {
  const values = Float64Array.from(stake, Number);
  let sum = 0;
  for (const value of values) sum += value;
  return sum > 0 ? values.map((value) => value / sum) : values;
}

function readRows(value: unknown, where: string): SparseRow[] {
  return readList(value, where).map((row) => {
    const entries = readList(row, where).map((entry) => readNumbers(entry, where));
    return {
      uids: Uint16Array.from(entries, (entry) => entry[0] ?? 0),
      values: Uint16Array.from(entries, (entry) => entry[1] ?? 0),
    };
  });
}
