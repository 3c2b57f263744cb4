import { computeSigmoidEpoch, type SigmoidOutput } from "../consensus/ancestor/computeSigmoidEpoch.ts";
import { type Comparable, type Comparison, type ConformanceCase, compareCase } from "./compareCase.ts";
import {
  fieldOf,
  type JsonRecord,
  readComparable,
  readInteger,
  readList,
  readNumber,
  readNumbers,
  readRecord,
} from "./readVectors.ts";

const U32_MAX = 4_294_967_295;
const TWO_32 = 4_294_967_296;
const TWO_64 = TWO_32 * TWO_32;
/** Fractions of 64 bits hold eleven more than binary64. */
const FRACTION = { tolerance: 1e-9 * TWO_64, scale: TWO_64 };
const PAYOUT_TOLERANCE_OF_1E9 = 10;
const EXACT = { tolerance: 0, scale: 1 };

type Step = { readonly inputs: JsonRecord; readonly output: SigmoidOutput; readonly active: Uint8Array };
type Field = {
  readonly kind: "exact" | "fraction" | "payout";
  readonly read: (step: Step) => Comparable;
};

const FIELDS: Readonly<Record<string, Field>> = {
  active: { kind: "exact", read: ({ active }) => [...active] },
  rank: { kind: "fraction", read: ({ output }) => scaled(output.rank) },
  trust: { kind: "fraction", read: ({ output }) => scaled(output.trust) },
  consensus: { kind: "fraction", read: ({ output }) => scaled(output.consensus) },
  incentive: { kind: "fraction", read: ({ output }) => scaled(output.incentive) },
  dividends: { kind: "fraction", read: ({ output }) => scaled(output.dividends) },
  emission: { kind: "payout", read: ({ output }) => output.emission },
  total_emission: {
    kind: "payout",
    read: ({ output }) => output.emission.reduce((sum, part) => sum + part, 0n),
  },
  bonds: { kind: "payout", read: ({ output }) => output.bonds.map((row) => [...row]) },
  stake: {
    kind: "payout",
    read: ({ inputs, output }) => stakeOf(inputs).map((stake, uid) => stake + (output.emission[uid] ?? 0n)),
  },
  priority: {
    kind: "exact",
    read: ({ inputs }) =>
      readNumbers(inputs["priority"], "priority").map(
        (priority, uid) => priority + floorLog2((stakeOf(inputs)[uid] ?? 0n) + 1n),
      ),
  },
};

/** A top key that holds `[{id, variant, steps: [{step, inputs, expected_derived, expected_upstream?}]}]`. */
export function runSigmoidCases(kind: string, cases: unknown): ConformanceCase[] {
  return readList(cases, kind).flatMap((item) => {
    const group = readRecord(item, kind);
    return readList(group["steps"], "steps").map((one) => {
      const step = readRecord(one, "steps");
      const inputs = readRecord(step["inputs"], "inputs");
      const result = runStep(inputs, group["variant"] === "v2" ? "all" : "weighted");
      return compareCase(`${String(group["id"])} step ${String(step["step"])}`, kind, [
        ...compareStep(readRecord(step["expected_derived"], "expected_derived"), result, ""),
        ...compareStep(readRecord(step["expected_upstream"] ?? {}, "expected_upstream"), result, "upstream."),
      ]);
    });
  });
}

function runStep(inputs: JsonRecord, decay: "weighted" | "all"): Step {
  const now = readNumber(inputs["block"], "block");
  const cutoff = readNumber(inputs["activity_cutoff"], "activity_cutoff");
  const active = Uint8Array.from(readNumbers(inputs["last_update"], "last_update"), (height) =>
    now - height < cutoff ? 1 : 0,
  );
  const output = computeSigmoidEpoch({
    active,
    stakeSpikes: stakeOf(inputs),
    rows: readList(inputs["weights_u32"], "weights_u32").map((row) =>
      readList(row, "weights_u32").map((entry) => {
        const [uid = 0, weight = 0] = readNumbers(entry, "weights_u32");
        return { uid, weight: weight / U32_MAX };
      }),
    ),
    bonds: readList(inputs["bonds"], "bonds").map((row) => Float64Array.from(readNumbers(row, "bonds"))),
    emissionSpikes: readInteger(inputs["emission_this_step"], "emission_this_step"),
    params: {
      rho: readNumber(inputs["rho"], "rho"),
      kappa: 1 / readNumber(inputs["kappa"], "kappa"),
      selfOwnership: 1 / readNumber(inputs["self_ownership"], "self_ownership"),
      bondsMovingAveragePpm: readNumber(inputs["bonds_moving_average"], "bonds_moving_average"),
      decay,
    },
  });
  return { inputs, output, active };
}

function compareStep(expected: JsonRecord, step: Step, prefix: string): Comparison[] {
  const emission = readNumber(step.inputs["emission_this_step"], "emission_this_step");
  const payout = { tolerance: (PAYOUT_TOLERANCE_OF_1E9 * emission) / 1e9, scale: emission };
  const units = { exact: EXACT, fraction: FRACTION, payout };
  return Object.entries(expected).map(([key, value]) => {
    const field = fieldOf(FIELDS, key);
    return {
      label: `${prefix}${key}`,
      ...units[field.kind],
      computed: field.read(step),
      expected: readComparable(value, key),
    };
  });
}

function stakeOf(inputs: JsonRecord): bigint[] {
  return readList(inputs["stake"], "stake").map((stake) => readInteger(stake, "stake"));
}

function scaled(fractions: Float64Array): number[] {
  return Array.from(fractions, (fraction) => fraction * TWO_64);
}

function floorLog2(value: bigint): number {
  return value.toString(2).length - 1;
}
