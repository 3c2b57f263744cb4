import { type ConformanceCase, compareCase } from "./compareCase.ts";
import { type JsonRecord, readInteger, readList, readNumber, readRecord } from "./readVectors.ts";
import { runYumaEpoch, type YumaResult } from "./runYumaEpoch.ts";
import {
  compareFields,
  compareUniformSide,
  compareUpstream,
  payoutFields,
  REAL_FIELDS,
  toPairs,
  U16_FIELDS,
} from "./yumaFields.ts";

const U16_MAX = 65_535;

/** A top key that holds `[{inputs, expected_derived, expected_upstream?}]`. */
export function runYumaEpochs(kind: string, epochs: unknown, group = ""): ConformanceCase[] {
  return readList(epochs, kind).map((item) => {
    const epoch = readRecord(item, kind);
    const label = typeof epoch["case"] === "string" ? epoch["case"] : `epoch ${String(epoch["epoch"])}`;
    return compareEpoch(`${group}${label}`, kind, epoch);
  });
}

/** A top key that holds `[{id, epochs}]`. */
export function runYumaCases(kind: string, cases: unknown): ConformanceCase[] {
  return readList(cases, kind).flatMap((item) => {
    const group = readRecord(item, kind);
    return runYumaEpochs(kind, group["epochs"], `${String(group["id"])} `);
  });
}

/** Validators and servers that are all alike: some epochs in a row, then one expected value for each side. */
export function runUniformYuma(kind: string, value: unknown, file: JsonRecord): ConformanceCase[] {
  const inputs = readRecord(value, kind);
  const expected = readRecord(file["expected_upstream"], "expected_upstream");
  const validators = readNumber(inputs["validators"], "validators");
  const emission = readInteger(inputs["rao_emission"], "rao_emission");
  const result = repeatUniform(inputs, validators);
  const n = result.incentive.length;
  return [
    compareCase("uniform", kind, [
      ...compareUniformSide("validator", readRecord(expected["validator"], "validator"), result, {
        from: 0,
        to: validators,
        validators,
        emission,
      }),
      ...compareUniformSide("server", readRecord(expected["server"], "server"), result, {
        from: validators,
        to: n,
        validators,
        emission,
      }),
    ]),
  ];
}

function repeatUniform(inputs: JsonRecord, validators: number): YumaResult {
  const n = readNumber(inputs["n"], "n");
  const byUid = <T>(validator: T, server: T): T[] =>
    Array.from({ length: n }, (_, uid) => (uid < validators ? validator : server));
  const weights = Array.from({ length: n - validators }, (_, k) => [validators + k, U16_MAX]);
  const run = (block: number, bonds: readonly unknown[]): YumaResult =>
    runYumaEpoch({
      ...inputs,
      block,
      last_tempo: block,
      activity_cutoff: block,
      max_validators: validators,
      last_update: byUid(1, 0),
      block_at_registration: byUid(0, 0),
      stake: byUid(inputs["stake_per_validator_rao"], 0),
      validator_permit: byUid(true, false),
      weights_u16: byUid<unknown>(weights, []),
      bonds_u16_before: bonds,
    });
  let result = run(1, byUid([], []));
  for (let epoch = 2; epoch <= readNumber(inputs["epochs"], "epochs"); epoch++)
    result = run(epoch, result.bonds.map(toPairs));
  return result;
}

function compareEpoch(name: string, kind: string, epoch: JsonRecord): ConformanceCase {
  const inputs = readRecord(epoch["inputs"], "inputs");
  const result = runYumaEpoch(inputs);
  const emission = readInteger(inputs["rao_emission"], "rao_emission");
  const { u16, rao, ...reals } = readRecord(epoch["expected_derived"], "expected_derived");
  const upstream = epoch["expected_upstream"] ?? {};
  return compareCase(name, kind, [
    ...compareFields(reals, REAL_FIELDS, result),
    ...compareFields(readRecord(u16, "u16"), U16_FIELDS, result, "u16."),
    ...compareFields(readRecord(rao, "rao"), payoutFields(emission), result, "rao."),
    ...compareUpstream(readRecord(upstream, "expected_upstream"), result, emission),
  ]);
}
