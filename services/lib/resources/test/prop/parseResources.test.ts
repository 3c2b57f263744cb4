import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { stringify } from "yaml";
import { parseResources } from "../../src/index.ts";

const SEED = 20_261_122;

/** JSON in the shape of a resource, with right and wrong values in known places. */
const resourceArbitrary = fc.record(
  {
    apiVersion: fc.constantFrom("ganglion.dev/v1alpha1", "v1"),
    kind: fc.constantFrom("Miner", "Validator", "ChainNode", "Pod"),
    metadata: fc.oneof(fc.record({ name: fc.constantFrom("a", "b", "A B") }), fc.jsonValue()),
    spec: fc.oneof(
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom(
          "network",
          "models",
          "sources",
          "genesis",
          "replicas",
          "endpoint",
          "registration",
          "x",
        ),
        fc.jsonValue(),
      ),
      fc.record({
        network: fc.constant({ chainNodeRef: { name: "c" } }),
        models: fc.array(
          fc.record({ plugin: fc.constantFrom("noise", "lazy", "nose"), options: fc.jsonValue() }),
        ),
      }),
    ),
  },
  { requiredKeys: [] },
);

describe(`parseResources, any text (seed ${SEED})`, () => {
  it("never throws and places each problem inside the text", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({
        unit: fc.constantFrom("- ", ": ", "a", "&a", "*a", "\n", " ", "{", "}", "---\n", "!!", "|"),
      }),
      fc
        .array(resourceArbitrary, { maxLength: 3 })
        .map((all) => all.map((one) => stringify(one)).join("---\n")),
    );
    fc.assert(
      fc.property(text, (source) => {
        const lines = source.split(/\r\n|\r|\n/).length;
        for (const { line, column, message } of parseResources(source, "f.yaml").problems) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines + 1);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(message).not.toBe("");
        }
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  it("accepts again what it accepted, with its defaults written out", () => {
    fc.assert(
      fc.property(resourceArbitrary, (one) => {
        const [resource] = parseResources(stringify(one), "f.yaml").resources;
        if (resource === undefined) return;
        const again = stringify({ ...one, spec: resource.spec });
        expect(parseResources(again, "f.yaml")).toEqual({ resources: [resource], problems: [] });
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});
