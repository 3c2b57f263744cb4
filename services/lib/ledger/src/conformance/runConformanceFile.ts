import { GanglionError } from "@ganglion/types";
import type { ConformanceCase } from "./compareCase.ts";
import { FILES, FILES_WITHOUT_RULES, type KnownFile } from "./knownFiles.ts";
import { type JsonRecord, parseVectors } from "./readVectors.ts";

export type ConformanceResult = {
  readonly file: string;
  readonly cases: readonly ConformanceCase[];
  /** Kinds of the file that no rule of this ledger computes: they say nothing about it. */
  readonly skipped: readonly string[];
};

/**
 * Runs a file of conformance vectors against this ledger's rules. A kind is `<file id>.<top key>`; the file is
 * known by its name, else by its `id`, else by its top keys. Kinds without a rule here are listed as skipped; a
 * file in which no kind is known is refused.
 *
 * @param file the file's name (a path is fine), as reported back
 * @param options.only run just this kind (`emission_halving.finney`), all kinds of a top key (`finney`), or of a
 *   file (`emission_halving`); no cases result if it belongs to another known file
 * @throws GanglionError CONFORMANCE_BAD_FILE, CONFORMANCE_NO_KIND, CONFORMANCE_UNKNOWN_KIND (of `only`)
 */
export function runConformanceFile(
  file: string,
  text: string,
  options: { readonly only?: string } = {},
): ConformanceResult {
  const vectors = parseVectors(text);
  const [id, known] = recognise(file, vectors);
  if (options.only !== undefined) assertKnown(options.only);
  const cases: ConformanceCase[] = [];
  const skipped: string[] = [];
  for (const [key, value] of Object.entries(vectors)) {
    if (typeof value !== "object" || known.facts?.includes(key)) continue;
    if (options.only !== undefined && !isChosen(options.only, id, key)) continue;
    const kind = `${id}.${key}`;
    const run = known.kinds[key];
    if (run === undefined) skipped.push(kind);
    else cases.push(...run(kind, value, vectors));
  }
  return { file, cases, skipped };
}

/** Every kind that has a rule, as `--only` takes it. */
export function listConformanceKinds(): string[] {
  return Object.entries(FILES).flatMap(([id, { kinds }]) => Object.keys(kinds).map((key) => `${id}.${key}`));
}

function recognise(file: string, vectors: JsonRecord): [string, KnownFile] {
  const stem = /([^/\\]*?)(\.json)?$/.exec(file)?.[1] ?? file;
  if (FILES_WITHOUT_RULES.includes(stem)) return [stem, { kinds: {} }];
  const named = Object.entries(FILES).find(([id]) => id === stem);
  const found = named ?? Object.entries(FILES).find(([, known]) => resembles(known, vectors));
  if (found === undefined || !Object.keys(found[1].kinds).some((key) => key in vectors)) throw noKind(file);
  return found;
}

function resembles({ id, kinds, facts = [] }: KnownFile, vectors: JsonRecord): boolean {
  if (id !== undefined) return id === vectors["id"];
  return [...Object.keys(kinds), ...facts].every((key) => key in vectors);
}

function assertKnown(only: string): void {
  const found = Object.entries(FILES).some(([id, { kinds }]) =>
    Object.keys(kinds).some((key) => isChosen(only, id, key)),
  );
  if (!found) throw unknownKind(only);
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
