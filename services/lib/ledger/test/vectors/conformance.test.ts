import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import {
  assertConformanceKind,
  listConformanceKinds,
  runConformanceFile,
} from "../../src/conformance/runConformanceFile.ts";

const read = (id: string): string => readFileSync(new URL(`${id}.json`, import.meta.url), "utf8");

describe("conformance vectors", () => {
  it.each(listConformanceKinds())("CONS-7: passes %s", (kind) => {
    const id = kind.slice(0, kind.indexOf("."));
    const { cases } = runConformanceFile(`vectors/${id}.json`, read(id), { only: kind });
    expect(cases.length).toBeGreaterThan(0);
    expect(cases.flatMap((one) => one.failures)).toEqual([]);
    expect(cases.every((one) => one.pass)).toBe(true);
  });

  it.each([
    ["yuma_01_bonds_ema_8_epochs", "epochs", "0.0899967032", "0.0899967132"],
    ["yuma_14_derived_only", "cases", "0.5335571144", "0.5335571244"],
    ["yuma_06_512_uniform", "inputs", "7812500", "7812511"],
    ["yuma_07_yuma3_kappa_moves_first", "epochs", "[0.9382,", "[0.9371,"],
    ["yuma_09_yuma3_kappa_moves_last", "epochs", "[3, 5951]", "[3, 5953]"],
    ["yuma_nakamoto_sigmoid", "cases", "123461308123773153", "123461289676899153"],
    ["yuma_nakamoto_sigmoid", "cases", "488281", "488292"],
    ["emission_halving", "finney", '"block_emission": 59', '"block_emission": 60'],
    ["difficulty_adjustment", "upstream_cases", '"expected": 5833', '"expected": 5834'],
    ["math_units", "weighted_median", '"expected": 0.7', '"expected": 0.5'],
  ])("CONS-7: fails %s.%s when an expected value is altered", (id, key, value, altered) => {
    const text = read(id);
    expect(text).toContain(value);
    const { cases } = runConformanceFile(id, text.replace(value, altered), { only: `${id}.${key}` });
    expect(cases.filter((one) => !one.pass)).toHaveLength(1);
  });

  it("knows a renamed file by its id or its keys", () => {
    for (const id of ["yuma_03_outdated_weights", "math_units", "yuma_nakamoto_sigmoid"])
      expect(runConformanceFile("copy.json", read(id)).cases[0]?.kind).toContain(`${id}.`);
  });

  it("lists a kind that has no rule on purpose as skipped and runs the others", () => {
    const { cases, skipped } = runConformanceFile("emission_halving.json", read("emission_halving"));
    expect(skipped).toEqual(
      ["nakamoto", "kusanagi_2021", "subnet_split_current"].map((key) => `emission_halving.${key}`),
    );
    expect(new Set(cases.map((one) => one.kind))).toEqual(new Set(["emission_halving.finney"]));
    expect(cases.every((one) => one.pass)).toBe(true);
  });

  it("lists all kinds of a known file without rules as skipped", () => {
    const text = '{"source": "s", "upstream": [1], "eras": {}}';
    const { cases, skipped } = runConformanceFile("vectors/pow_seal.json", text);
    expect([cases, skipped]).toEqual([[], ["pow_seal.upstream"]]);
  });

  it.each([undefined, "math_units.check_vec_max_limited"])(
    "refuses a kind that it does not know (only %s)",
    (only) => {
      const text = read("math_units").replace('"weighted_median":', '"weighted_mediann":');
      const options = only === undefined ? {} : { only };
      expect(() => runConformanceFile("math_units", text, options)).toThrow(
        expect.objectContaining({
          code: "CONFORMANCE_UNKNOWN_KIND",
          message: expect.stringContaining("math_units.weighted_mediann"),
        }),
      );
    },
  );

  it.each([["[]"], ["{}"], ['"text"'], ["1"]])("refuses %s in place of a kind's cases", (value) => {
    const text = `{"weighted_median": ${value}, "weighted_median_col": []}`;
    expect(() => runConformanceFile("math_units", text, { only: "weighted_median" })).toThrow(
      expect.objectContaining({ code: "CONFORMANCE_BAD_FILE" }),
    );
  });

  it("refuses a file in which no kind is known, and an unknown kind", () => {
    const nothing = expect.objectContaining({
      code: "CONFORMANCE_NO_KIND",
      message: expect.stringContaining("other.json has no case"),
    });
    expect(() => runConformanceFile("other.json", '{"cases_of_another": []}')).toThrow(nothing);
    expect(() => runConformanceFile("other.json", "{}")).toThrow(nothing);
    for (const only of ["math_units.nothing", "emission_halving.nakamoto", "weights_encoding"])
      expect(() => assertConformanceKind(only)).toThrow(
        expect.objectContaining({ code: "CONFORMANCE_UNKNOWN_KIND" }),
      );
    expect(() => runConformanceFile("math_units.json", "not json")).toThrow(
      expect.objectContaining({ code: "CONFORMANCE_BAD_FILE" }),
    );
  });

  it("reads integers beyond 2^53 exactly", () => {
    const { cases } = runConformanceFile("difficulty_adjustment", read("difficulty_adjustment"), {
      only: "upstream_cases",
    });
    const average = cases.find((one) => one.name === "burn_adjustment_with_moving_average");
    expect(average?.computed).toEqual({ value: 1250 });
  });
});
