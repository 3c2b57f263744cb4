/** One compared quantity: a value, or a nested list of values, of one unit. */
export type Comparison = {
  readonly label: string;
  readonly computed: Comparable;
  readonly expected: Comparable;
  /** Largest allowed difference, in the unit of the values. */
  readonly tolerance: number;
  /** The unit's full scale: errors are reported as parts of it. 1 for fractions and for exact integers. */
  readonly scale: number;
};

export type Comparable = number | bigint | boolean | readonly Comparable[];

/** The result of one case. `computed` and `expected` are JSON values; integers beyond 2^53 are strings. */
export type ConformanceCase = {
  readonly name: string;
  readonly kind: string;
  readonly pass: boolean;
  /** Largest difference as a part of full scale (65535 for u16, the emission for payouts); Infinity if shapes differ. */
  readonly maxError: number;
  readonly computed: Readonly<Record<string, JsonValue>>;
  readonly expected: Readonly<Record<string, JsonValue>>;
  /** What is wrong, at most a few lines; empty if the case passes. */
  readonly failures: readonly string[];
};

export type JsonValue = number | string | boolean | readonly JsonValue[];

const MOST_FAILURES = 5;

export function compareCase(name: string, kind: string, comparisons: readonly Comparison[]): ConformanceCase {
  const failures: string[] = [];
  let maxError = 0;
  for (const comparison of comparisons) {
    const { tolerance, scale, label } = comparison;
    visitPairs(comparison.computed, comparison.expected, label, (computed, expected, where) => {
      const error = difference(computed, expected);
      maxError = Math.max(maxError, error / scale);
      if (!(error <= tolerance))
        failures.push(`${where}: computed ${computed}, expected ${expected}, tolerance ${tolerance}`);
    });
  }
  return {
    name,
    kind,
    pass: failures.length === 0,
    maxError,
    computed: Object.fromEntries(comparisons.map(({ label, computed }) => [label, toJson(computed)])),
    expected: Object.fromEntries(comparisons.map(({ label, expected }) => [label, toJson(expected)])),
    failures: failures.slice(0, MOST_FAILURES),
  };
}

type Leaf = number | bigint | boolean | undefined;

function visitPairs(
  computed: Comparable | undefined,
  expected: Comparable | undefined,
  where: string,
  visit: (computed: Leaf, expected: Leaf, where: string) => void,
): void {
  if (isList(computed) && isList(expected)) {
    const length = Math.max(computed.length, expected.length);
    for (let i = 0; i < length; i++) visitPairs(computed[i], expected[i], `${where}[${i}]`, visit);
    return;
  }
  visit(isList(computed) ? undefined : computed, isList(expected) ? undefined : expected, where);
}

function isList(value: Comparable | undefined): value is readonly Comparable[] {
  return Array.isArray(value);
}

/** Exact for integers; Infinity for a missing value or another type. */
function difference(computed: Leaf, expected: Leaf): number {
  if (typeof computed === "boolean" || typeof expected === "boolean")
    return computed === expected ? 0 : Number.POSITIVE_INFINITY;
  if (computed === undefined || expected === undefined) return Number.POSITIVE_INFINITY;
  if (typeof computed === "bigint" && isWhole(expected)) return Math.abs(Number(computed - BigInt(expected)));
  const error = Math.abs(Number(computed) - Number(expected));
  return error >= 0 ? error : Number.POSITIVE_INFINITY;
}

function isWhole(value: number | bigint): boolean {
  return typeof value === "bigint" || Number.isInteger(value);
}

function toJson(value: Comparable): JsonValue {
  if (typeof value === "bigint") return value <= 9_007_199_254_740_991n ? Number(value) : value.toString();
  if (typeof value === "number" || typeof value === "boolean") return value;
  return value.map(toJson);
}
