/** One line of the table: what was looked at, what was seen, what was promised. */
export type Figure = {
  readonly check: string;
  readonly figure: string;
  readonly limit: string;
  /** `-` where nothing was promised. */
  readonly verdict: "pass" | "FAIL" | "-";
};

type AcceptOptions = {
  /** One round instead of three, and three minutes of market. */
  readonly quick: boolean;
  /** Thirty minutes of market instead of ten. */
  readonly long: boolean;
  /** Tells how far a long check is. */
  readonly say: (text: string) => void;
};

/** A group of checks that can be run alone by its name. */
export type Check = {
  readonly name: string;
  readonly run: (options: AcceptOptions) => Promise<readonly Figure[]>;
};

/** A figure that must not be above its limit. */
export function atMost(check: string, value: number, limit: number, unit: string): Figure {
  const verdict = value <= limit ? "pass" : "FAIL";
  return { check, figure: `${value.toFixed(2)} ${unit}`, limit: `<= ${limit} ${unit}`, verdict };
}

/** A figure that is only reported. */
export function reported(check: string, figure: string): Figure {
  return { check, figure, limit: "", verdict: "-" };
}

/** Something that is so or is not. */
export function fact(check: string, holds: boolean, figure: string): Figure {
  return { check, figure, limit: "", verdict: holds ? "pass" : "FAIL" };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

export function tableOf(figures: readonly Figure[]): string {
  const rows = [
    ["check", "figure", "limit", ""],
    ...figures.map(({ check, figure, limit, verdict }) => [check, figure, limit, verdict]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
