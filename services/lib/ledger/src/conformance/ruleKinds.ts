import { adjustDemand } from "../consensus/adjustDemand.ts";
import { blockEmission } from "../consensus/blockEmission.ts";
import { isMaxLimited, maxUpscaleToU16 } from "../consensus/maxUpscale.ts";
import { stakeUnits } from "../consensus/stakeUnits.ts";
import { createMedianScratch, weightedMedian } from "../consensus/weightedMedian.ts";
import { type Comparable, type Comparison, type ConformanceCase, compareCase } from "./compareCase.ts";
import {
  type JsonRecord,
  readInteger,
  readList,
  readNumber,
  readNumbers,
  readRecord,
} from "./readVectors.ts";

const EXACT = { tolerance: 0, scale: 1 };

export function runEmissionCurve(kind: string, value: unknown, file: JsonRecord): ConformanceCase[] {
  const cap = readInteger(file["total_supply_rao"], "total_supply_rao");
  return runList(kind, readRecord(value, kind)["derived"], (item) => {
    const issuance = readInteger(item["issuance"], "issuance");
    return {
      name: `issuance ${issuance}`,
      computed: blockEmission(issuance, cap),
      expected: readInteger(item["block_emission"], "block_emission"),
    };
  });
}

export function runDemand(kind: string, value: unknown): ConformanceCase[] {
  return runList(kind, value, (item) => ({
    name: String(item["label"]),
    computed: adjustDemand({
      current: readInteger(item["current"], "current"),
      registrations: readNumber(item["registrations_this_interval"], "registrations_this_interval"),
      target: readNumber(item["target"], "target"),
      min: readInteger(item["min"], "min"),
      max: readInteger(item["max"], "max"),
      adjustmentAlpha: readInteger(item["adjustment_alpha"], "adjustment_alpha"),
    }),
    expected: readInteger(item["expected"], "expected"),
  }));
}

export function runMedian(kind: string, value: unknown): ConformanceCase[] {
  return runList(kind, value, (item, index) => ({
    name: `case ${index}`,
    computed: median(readNumbers(item["score"], "score"), item),
    expected: readNumber(item["expected"], "expected"),
  }));
}

export function runColumnMedian(kind: string, value: unknown): ConformanceCase[] {
  return runList(kind, value, (item, index) => {
    const rows = readList(item["weights"], "weights").map((row) => readNumbers(row, "weights"));
    const expected = readNumbers(item["expected"], "expected");
    return {
      name: `case ${index}`,
      computed: expected.map((_, j) =>
        median(
          rows.map((row) => row[j] ?? 0),
          item,
        ),
      ),
      expected,
    };
  });
}

export function runMaxUpscale(kind: string, value: unknown): ConformanceCase[] {
  return runList(kind, value, (item, index) => ({
    name: `case ${index}`,
    computed: [...maxUpscaleToU16(readNumbers(item["input"], "input"))],
    expected: readNumbers(item["expected"], "expected"),
  }));
}

export function runMaxLimit(kind: string, value: unknown): ConformanceCase[] {
  return runList(kind, value, (item, index) => ({
    name: `case ${index}`,
    computed: isMaxLimited(readNumbers(item["vector"], "vector"), readNumber(item["limit"], "limit")),
    expected: item["ok"] === true,
  }));
}

function median(scores: readonly number[], item: JsonRecord): number {
  const units = Float64Array.from(readNumbers(item["stake"], "stake"), stakeUnits);
  const needed = stakeUnits(readNumber(item["majority"], "majority"));
  return weightedMedian(Float64Array.from(scores), units, needed, createMedianScratch(scores.length));
}

function runList(
  kind: string,
  value: unknown,
  run: (item: JsonRecord, index: number) => { name: string; computed: Comparable; expected: Comparable },
): ConformanceCase[] {
  return readList(value, kind).map((item, index) => {
    const { name, computed, expected } = run(readRecord(item, kind), index);
    const comparison: Comparison = { label: "value", computed, expected, ...EXACT };
    return compareCase(name, kind, [comparison]);
  });
}
