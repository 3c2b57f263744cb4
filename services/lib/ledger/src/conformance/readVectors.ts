import { GanglionError } from "@ganglion/types";
import type { Comparable } from "./compareCase.ts";

export type JsonRecord = Readonly<Record<string, unknown>>;

/**
 * JSON whose integers beyond 2^53 are kept exact, as bigint.
 *
 * @throws GanglionError CONFORMANCE_BAD_FILE
 */
export function parseVectors(text: string): JsonRecord {
  try {
    const value: unknown = JSON.parse(text, keepBigIntegers);
    return readRecord(value, "the file");
  } catch (cause) {
    if (cause instanceof GanglionError) throw cause;
    throw new GanglionError(
      "CONFORMANCE_BAD_FILE",
      "the file is not JSON; give a file of vectors",
      {},
      { cause },
    );
  }
}

function keepBigIntegers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const big = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
  const source = context?.source ?? "";
  return big && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

export function readRecord(value: unknown, where: string): JsonRecord {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw bad(where, "an object");
  return value as JsonRecord;
}

export function readList(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw bad(where, "a list");
  return value;
}

export function readNumber(value: unknown, where: string): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  throw bad(where, "a number");
}

export function readInteger(value: unknown, where: string): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  throw bad(where, "a whole number");
}

export function readNumbers(value: unknown, where: string): number[] {
  return readList(value, where).map((item) => readNumber(item, where));
}

export function readFlags(value: unknown, where: string): Uint8Array {
  return Uint8Array.from(readList(value, where), (item) => (item === true ? 1 : 0));
}

/** A value or nested list of values to compare with what a rule computes. */
export function readComparable(value: unknown, where: string): Comparable {
  if (Array.isArray(value)) return value.map((item) => readComparable(item, where));
  return typeof value === "boolean" || typeof value === "bigint" ? value : readNumber(value, where);
}

/** The rule of an expected field: one that nothing computes is an error, not a skip. */
export function fieldOf<Field>(fields: Readonly<Record<string, Field>>, key: string): Field {
  const field = fields[key];
  if (field === undefined)
    throw new GanglionError("CONFORMANCE_BAD_FILE", `no rule computes the expected field ${key}`, {
      field: key,
    });
  return field;
}

function bad(where: string, wanted: string): GanglionError {
  return new GanglionError("CONFORMANCE_BAD_FILE", `${where} must be ${wanted}`, { where });
}
