import type { LedgerEventKind } from "@ganglion/types";
import { EVENT_FIELDS, type EventField, type EventFormat } from "./eventFields.ts";
import { EVENT_KINDS } from "./eventKinds.ts";
import { eventSubject } from "./eventSubject.ts";

/** A JSON schema, draft 2020-12. */
export type JsonSchema = { readonly [key: string]: unknown };

const NATURAL = { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const FORMATS: Readonly<Record<EventFormat, JsonSchema>> = {
  address: { type: "string", pattern: "^[0-9a-f]{40}$" },
  bytes32: { type: "string", pattern: "^[0-9a-f]{64}$" },
  decimal: { type: "string", pattern: "^(0|[1-9][0-9]*)$" },
  natural: NATURAL,
  naturals: { type: "array", items: NATURAL },
  text: { type: "string" },
};

/**
 * The schema of a kind's envelope as it is on the bus. Unknown fields are allowed: a new one keeps the version.
 * @see encodeEnvelope
 */
export function eventSchema(kind: LedgerEventKind): JsonSchema {
  const fields: readonly (readonly [string, EventField])[] = Object.entries(EVENT_FIELDS[kind]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `https://ganglion.dev/schema/events/v1/${kind}.json`,
    title: eventSubject(kind),
    description: EVENT_KINDS[kind],
    type: "object",
    required: ["genesis", "height", "index", "event"],
    properties: {
      genesis: { ...FORMATS.bytes32, description: "Hash of the network's genesis." },
      height: { ...NATURAL, description: "Of the block." },
      index: { ...NATURAL, description: "Place in the block." },
      event: {
        type: "object",
        required: ["v", "kind", ...fields.filter(([, field]) => !isOptional(field)).map(([name]) => name)],
        properties: {
          v: { const: 1 },
          kind: { const: kind },
          ...Object.fromEntries(fields.map(([name, field]) => [name, fieldSchema(field)])),
        },
      },
    },
  };
}

function isOptional(field: EventField): field is Extract<EventField, { readonly optional: unknown }> {
  return typeof field === "object" && "optional" in field;
}

function fieldSchema(field: EventField): JsonSchema {
  const format = isOptional(field) ? field.optional : field;
  return typeof format === "string" ? FORMATS[format] : { enum: format };
}
