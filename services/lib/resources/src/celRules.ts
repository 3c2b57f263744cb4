import { Environment } from "@marcbachmann/cel-js";
import type { StructuralSchema } from "./jsonSchema.ts";
import type { Path } from "./problem.ts";

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  enableOptionalTypes: true,
}).registerFunction("list.sum(): int", (items: readonly bigint[]) =>
  items.reduce((total, item) => total + item, 0n),
);

/**
 * Runs the schema's CEL rules over a value, as the API server does at creation: rules about `oldSelf` rest.
 * @returns the path and message of each rule that does not hold
 */
export function* brokenRules(
  schema: StructuralSchema,
  value: unknown,
  path: Path = [],
): Generator<{ readonly path: Path; readonly message: string }> {
  if (value === undefined || value === null) return;
  for (const { rule, message } of schema["x-kubernetes-validations"] ?? [])
    if (!/\boldSelf\b/.test(rule) && environment.evaluate(rule, { self: celValue(value) }) !== true)
      yield { path, message };
  if (isRecord(value))
    for (const [key, inner] of Object.entries(schema.properties ?? {}))
      yield* brokenRules(inner, value[key], [...path, key]);
  if (Array.isArray(value) && schema.items !== undefined)
    for (const [index, item] of value.entries()) yield* brokenRules(schema.items, item, [...path, index]);
}

/** CEL's int is 64 bits wide, which the library takes as bigint. */
function celValue(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, celValue(inner)]));
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
