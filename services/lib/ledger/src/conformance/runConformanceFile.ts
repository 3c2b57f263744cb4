import { GanglionError } from "@ganglion/types";
import type { ConformanceCase } from "./compareCase.ts";
import { FILES, type KnownFile } from "./knownFiles.ts";
import { type JsonRecord, parseVectors } from "./readVectors.ts";

export type ConformanceResult = {
  readonly file: string;
  readonly cases: readonly ConformanceCase[];
  /** Kinds of the file that no rule of this ledger computes, on purpose: they say nothing about it. */
  readonly skipped: readonly string[];
};

/**
 * Runs a file of conformance vectors against this ledger's rules. A kind is `<file id>.<top key>`; the file is
 * known by its name, else by its `id`, else by its top keys. Kinds that are known to have no rule here are listed as
 * skipped; any other list or object is an error, also beside `only`.
 *
 * @param file the file's name (a path is fine), as reported back
 * @param options.only run just this kind (`emission_halving.finney`), all kinds of a top key (`finney`), or of a
 *   file (`emission_halving`); no cases result if the file has none of it
 * @throws GanglionError CONFORMANCE_BAD_FILE, CONFORMANCE_NO_KIND, CONFORMANCE_UNKNOWN_KIND
 */
export function runConformanceFile(
  file: string,
  text: string,
  options: { readonly only?: string } = {},
): ConformanceResult {
  const vectors = parseVectors(text);
  const [id, known] = recognise(file, vectors);
  assertKeysKnown(id, known, vectors);
  const chosen = (key: string): boolean =>
    key in vectors && (options.only === undefined || isChosen(options.only, id, key));
  return {
    file,
    cases: Object.entries(known.kinds)
      .filter(([key]) => chosen(key))
      .flatMap(([key, run]) => someCases(run(`${id}.${key}`, vectors[key], vectors), `${id}.${key}`)),
    skipped: (known.unsupported ?? []).filter(chosen).map((key) => `${id}.${key}`),
  };
}

/** @throws GanglionError CONFORMANCE_UNKNOWN_KIND unless `only` names a kind that has a rule */
export function assertConformanceKind(only: string): void {
  const found = Object.entries(FILES).some(([id, { kinds }]) =>
    Object.keys(kinds).some((key) => isChosen(only, id, key)),
  );
  if (!found) throw unknownKind(only);
}

/** Every kind that has a rule, as `--only` takes it. */
export function listConformanceKinds(): string[] {
  return Object.entries(FILES).flatMap(([id, { kinds }]) => Object.keys(kinds).map((key) => `${id}.${key}`));
}

function recognise(file: string, vectors: JsonRecord): [string, KnownFile] {
  const stem = /([^/\\]*?)(\.json)?$/.exec(file)?.[1] ?? file;
  const named = Object.entries(FILES).find(([id]) => id === stem);
  const found = named ?? Object.entries(FILES).find(([, known]) => resembles(known, vectors));
  if (found === undefined || ![...keysWithCases(found[1])].some((key) => key in vectors)) throw noKind(file);
  return found;
}

function keysWithCases({ kinds, unsupported = [] }: KnownFile): Set<string> {
  return new Set([...Object.keys(kinds), ...unsupported]);
}

function resembles(known: KnownFile, vectors: JsonRecord): boolean {
  if (known.id !== undefined) return known.id === vectors["id"];
  return [...keysWithCases(known), ...(known.facts ?? [])].every((key) => key in vectors);
}

/** Text and numbers hold no cases. */
function assertKeysKnown(id: string, known: KnownFile, vectors: JsonRecord): void {
  const keys = keysWithCases(known);
  for (const fact of known.facts ?? []) keys.add(fact);
  for (const [key, value] of Object.entries(vectors))
    if (typeof value === "object" && !keys.has(key)) throw unknownKind(`${id}.${key}`);
}

function someCases(cases: ConformanceCase[], kind: string): ConformanceCase[] {
  if (cases.length > 0) return cases;
  throw new GanglionError("CONFORMANCE_BAD_FILE", `${kind} holds no case`, { kind });
}

function isChosen(only: string, id: string, key: string): boolean {
  const wanted = only.replaceAll(/[/: ]/g, ".");
  return wanted === `${id}.${key}` || wanted === key || wanted === id;
}

function unknownKind(kind: string): GanglionError {
  const message = `no rule of this ledger computes ${kind}; kinds: ${listConformanceKinds().join(", ")}`;
  return new GanglionError("CONFORMANCE_UNKNOWN_KIND", message, { kind });
}

function noKind(file: string): GanglionError {
  const message = `${file} has no case that a rule of this ledger computes: give a file with one of these kinds (file.top key): ${listConformanceKinds().join(", ")}`;
  return new GanglionError("CONFORMANCE_NO_KIND", message, { file });
}
