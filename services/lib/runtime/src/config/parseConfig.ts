import { GanglionError } from "@ganglion/types";
import type { z } from "zod";

/**
 * Parses untrusted values once, at a program's edge, and freezes the result.
 * @param what names the source in the message, for example the file's path
 * @throws GanglionError CONFIG_INVALID, the message lists each wrong field and what it should be
 */
export function parseConfig<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): Readonly<z.output<Schema>> {
  const result = schema.safeParse(value);
  if (result.success) return deepFreeze(result.data);
  const faults = result.error.issues.map(
    (issue) => `  ${issue.path.map(String).join(".") || "(whole)"}: ${issue.message}`,
  );
  throw new GanglionError("CONFIG_INVALID", `${what} is not valid:\n${faults.join("\n")}`, {
    source: what,
    faults: faults.length,
  });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
