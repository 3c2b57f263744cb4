import { API_VERSION } from "@ganglion/params";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { type Document, LineCounter, parseAllDocuments, type YAMLError } from "yaml";
import { brokenRules } from "./celRules.ts";
import { type StructuralSchema, toJsonSchema } from "./jsonSchema.ts";
import { isReservedKeyName } from "./keyNames.ts";
import { locate, type Path, type Problem } from "./problem.ts";
import { KINDS, type Kind, type Resource } from "./resource.ts";
import { SPEC_SCHEMAS } from "./schemas.gen.ts";

export type ParsedResources = {
  /** Those without problems. */
  readonly resources: readonly Resource[];
  readonly problems: readonly Problem[];
};

const MAX_CHARS = 4 * 1024 * 1024;
const NAME = "^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$";

const ajv = new Ajv({ useDefaults: true, allErrors: true, strict: true, strictTypes: false });
const validators = Object.fromEntries(
  KINDS.map((kind) => [kind, ajv.compile(objectSchema(kind))]),
) as Readonly<Record<Kind, ValidateFunction>>;

/**
 * Reads a stream of YAML documents as Miner, Validator and ChainNode resources: schema with unknown fields
 * refused, defaults, CEL rules, unique names. Never throws on bad text: it becomes problems.
 * @param file only names the source in problems
 */
export function parseResources(text: string, file: string): ParsedResources {
  if (text.length > MAX_CHARS)
    return {
      resources: [],
      problems: [{ file, line: 1, column: 1, path: "", message: `longer than ${MAX_CHARS} characters` }],
    };
  const lines = new LineCounter();
  const resources: Resource[] = [];
  const problems: Problem[] = [];
  for (const document of parseAllDocuments(text, { lineCounter: lines, logLevel: "error" })) {
    if (document.contents === null && document.errors.length === 0) continue;
    const { resource, faults } = readDocument(document, lines);
    const repeated = resources.some((other) => other.kind === resource?.kind && other.name === resource.name);
    if (resource && !repeated) resources.push(resource);
    if (resource && repeated) {
      const message = `a ${resource.kind} named ${resource.name} is there already`;
      faults.push({ path: ["metadata", "name"], message });
    }
    for (const { path, message, at } of faults)
      problems.push({ file, ...(at ?? locate(document, lines, path)), path: path.join("."), message });
  }
  return { resources, problems };
}

type Fault = {
  readonly path: Path;
  readonly message: string;
  /** Where it stands, if not at the path. */
  readonly at?: { readonly line: number; readonly column: number };
};

type Reading = { readonly resource?: Resource; readonly faults: Fault[] };

function readDocument(document: Document.Parsed, lines: LineCounter): Reading {
  if (document.errors.length > 0)
    return { faults: document.errors.map((error) => syntaxFault(error, lines)) };
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    // Aliases without an anchor, or so many that they are an attack.
    return { faults: [{ path: [], message: firstLine(error) }] };
  }
  const kind = kindOf(value);
  if (kind === undefined)
    return {
      faults: [
        { path: ["kind"], message: `expected apiVersion ${API_VERSION} and kind ${KINDS.join(", ")}` },
      ],
    };
  const validate = validators[kind];
  const faults = validate(value)
    ? [...brokenRules({ properties: { spec: specSchema(kind) } }, value)]
    : (validate.errors ?? []).map(fault);
  if (faults.length > 0) return { faults };
  const resource = toResource(kind, value);
  const reserved = reservedKeyFault(resource);
  return reserved === undefined ? { resource, faults } : { faults: [reserved] };
}

function reservedKeyFault(resource: Resource): Fault | undefined {
  const name = resource.kind === "ChainNode" ? undefined : resource.spec.identity.secretRef?.name;
  if (name === undefined || !isReservedKeyName(name)) return undefined;
  const message = `the name ${name} is that of another key of the network: choose another`;
  return { path: ["spec", "identity", "secretRef", "name"], message };
}

function syntaxFault(error: YAMLError, lines: LineCounter): Fault {
  const { line, col } = lines.linePos(error.pos[0]);
  return { path: [], message: firstLine(error), at: { line, column: col } };
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") || "bad YAML";
}

function kindOf(value: unknown): Kind | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { apiVersion, kind } = value as { apiVersion?: unknown; kind?: unknown };
  return apiVersion === API_VERSION ? KINDS.find((known) => known === kind) : undefined;
}

function toResource(kind: Kind, value: unknown): Resource {
  const { metadata, spec } = value as {
    metadata: { name: string; namespace?: string };
    spec: Resource["spec"];
  };
  return { kind, name: metadata.name, namespace: metadata.namespace ?? "default", spec } as Resource;
}

function specSchema(kind: Kind): StructuralSchema {
  return SPEC_SCHEMAS[kind];
}

function objectSchema(kind: Kind): object {
  const text = { type: "string" };
  return {
    type: "object",
    required: ["apiVersion", "kind", "metadata", "spec"],
    additionalProperties: false,
    properties: {
      apiVersion: text,
      kind: text,
      metadata: {
        type: "object",
        required: ["name"],
        properties: { name: { type: "string", pattern: NAME }, namespace: text },
      },
      spec: toJsonSchema(specSchema(kind)),
    },
  };
}

function fault(error: ErrorObject): Fault {
  const path = error.instancePath.split("/").slice(1);
  const extra: unknown = error.params["additionalProperty"];
  if (typeof extra === "string") return { path: [...path, extra], message: "unknown field" };
  const allowed: unknown = error.params["allowedValues"];
  const choices = Array.isArray(allowed) ? `: ${allowed.join(", ")}` : "";
  return { path, message: `${error.message ?? "not valid"}${choices}` };
}
