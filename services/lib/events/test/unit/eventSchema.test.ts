import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import { EVENT_FIELDS, EVENT_KINDS, type EventField, encodeEnvelope, eventSchema } from "../../src/index.ts";

const FOLDER = new URL("../../gen/v1/", import.meta.url);
const KINDS = Object.keys(EVENT_KINDS) as (keyof typeof EVENT_KINDS)[];
const EXAMPLES = {
  address: "ab".repeat(20),
  bytes32: "cd".repeat(32),
  decimal: "123456789012345678901",
  natural: 7,
  naturals: [1, 2],
  text: "x",
};

function exampleOf(field: EventField): unknown {
  if (typeof field === "string") return EXAMPLES[field];
  return "optional" in field ? exampleOf(field.optional) : field[0];
}

function fieldsOf(kind: keyof typeof EVENT_KINDS): [string, EventField][] {
  const fields: Readonly<Record<string, EventField>> = EVENT_FIELDS[kind];
  return Object.entries(fields);
}

function envelopeOf(kind: keyof typeof EVENT_KINDS, fields: [string, unknown][]): unknown {
  const json = JSON.stringify({ v: 1, kind, ...Object.fromEntries(fields) });
  return JSON.parse(encodeEnvelope({ genesis: "00".repeat(32), height: 3, index: 0, kind, json }));
}

describe("the schemas of events", () => {
  it("are in files, one a kind, as the table of fields says (npm run gen)", () => {
    expect(readdirSync(FOLDER).sort()).toEqual(KINDS.map((kind) => `${kind}.json`).sort());
    for (const kind of KINDS)
      expect(JSON.parse(readFileSync(new URL(`${kind}.json`, FOLDER), "utf8"))).toEqual(eventSchema(kind));
  });

  it.each(KINDS)("take a whole %s and refuse one without a field or with another kind", (kind) => {
    const validate = new Ajv2020({ strict: true }).compile(eventSchema(kind));
    const fields = fieldsOf(kind).map(([name, field]): [string, unknown] => [name, exampleOf(field)]);
    expect(validate(envelopeOf(kind, fields))).toBe(true);
    expect(validate(envelopeOf(kind, [...fields, ["added", 1]]))).toBe(true);
    for (const [name, field] of fieldsOf(kind)) {
      const isOptional = typeof field === "object" && "optional" in field;
      expect(
        validate(
          envelopeOf(
            kind,
            fields.filter(([other]) => other !== name),
          ),
        ),
      ).toBe(isOptional);
      expect(validate(envelopeOf(kind, [...fields, [name, null]]))).toBe(false);
    }
    const other = KINDS.find((name) => name !== kind) ?? kind;
    expect(validate(envelopeOf(other, fields))).toBe(false);
  });
});
