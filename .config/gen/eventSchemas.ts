// Generates the JSON schemas of services/lib/events/gen from its table of fields: consumers in other languages read them.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { EVENT_KINDS } from "../../services/lib/events/src/eventKinds.ts";
import { eventSchema } from "../../services/lib/events/src/eventSchema.ts";

const OUT = new URL("../../services/lib/events/gen/v1/", import.meta.url);

mkdirSync(OUT, { recursive: true });
for (const file of readdirSync(OUT)) rmSync(new URL(file, OUT));
for (const kind of Object.keys(EVENT_KINDS) as (keyof typeof EVENT_KINDS)[])
  writeFileSync(new URL(`${kind}.json`, OUT), `${JSON.stringify(eventSchema(kind), null, 2)}\n`);
