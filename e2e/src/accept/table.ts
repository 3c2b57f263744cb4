import { renderTable } from "@ganglion/runtime/terminal";
import type { Measurement } from "./figure.ts";

/** One line of the table: what was looked at, what was seen, what was promised. */
export type Row = {
  readonly check: string;
  readonly figure: string;
  readonly limit: string;
  /** `-` where nothing was promised. */
  readonly verdict: "pass" | "FAIL" | "-";
};

type Measured = Extract<Measurement, { kind: "measured" }>;
type Fact = Extract<Measurement, { kind: "fact" }>;

/** One row a check, in order of first sight: of numbers the median and the range; a fact must hold in every round. */
export function combineRounds(rounds: readonly (readonly Measurement[])[]): readonly Row[] {
  const byCheck = Map.groupBy(rounds.flat(), ({ check }) => check);
  return [...byCheck.values()].flatMap((seen) => {
    const measured = seen.filter((one) => one.kind === "measured");
    const facts = seen.filter((one) => one.kind === "fact");
    const rows = [
      ...(facts.length > 0 ? [rowOfFacts(facts)] : []),
      ...(measured.length > 0 ? [rowOf(measured)] : []),
    ];
    return rows.map((row) => missing(row, seen.length, rounds.length));
  });
}

export function tableOf(rows: readonly Row[]): string {
  return renderTable([
    ["check", "figure", "limit", "verdict"],
    ...rows.map(({ check, figure, limit, verdict }) => [check, figure, limit, verdict]),
  ]);
}

function rowOf(measured: readonly Measured[]): Row {
  const sorted = measured.toSorted((a, b) => a.value - b.value);
  const [least] = sorted;
  const most = sorted.at(-1);
  const middle = sorted[(sorted.length - 1) >> 1];
  if (least === undefined || most === undefined || middle === undefined) throw new RangeError("no round");
  const { check, value, unit, limit = "", holds, note } = middle;
  const range = sorted.length === 1 ? "" : ` (${numberText(least.value)}-${numberText(most.value)})`;
  return {
    check,
    figure: `${numberText(value)}${unit && ` ${unit}`}${range}${note === undefined ? "" : `; ${note}`}`,
    limit,
    verdict: holds === undefined ? "-" : holds(value) ? "pass" : "FAIL",
  };
}

/** Shows a round that failed, else the last. */
function rowOfFacts(facts: readonly Fact[]): Row {
  const failed = facts.filter(({ holds }) => !holds);
  const shown = failed[0] ?? facts.at(-1);
  const count =
    failed.length > 0 && facts.length > 1 ? `failed in ${failed.length} of ${facts.length}: ` : "";
  return {
    check: shown?.check ?? "",
    figure: `${count}${shown?.figure ?? ""}`,
    limit: "",
    verdict: failed.length > 0 ? "FAIL" : "pass",
  };
}

/** A round that ended early has not all figures. */
function missing(row: Row, seen: number, rounds: number): Row {
  return seen >= rounds ? row : { ...row, figure: `${row.figure}; in ${seen} of ${rounds} rounds` };
}

function numberText(value: number): string {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString("en");
  return value.toFixed(Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 1 ? 2 : 3);
}
