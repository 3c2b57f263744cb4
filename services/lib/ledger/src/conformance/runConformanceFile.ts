import { GanglionError } from "@ganglion/types";
import type { ConformanceCase } from "./compareCase.ts";
import { FILES, type KnownFile, type RunKind } from "./knownFiles.ts";
import { type JsonRecord, parseVectors } from "./readVectors.ts";

export type ConformanceResult = { readonly file: string; readonly cases: readonly ConformanceCase[] };

/**
 * Runs a file of conformance vectors against this ledger's rules. A kind is `<file id>.<top key>`; the file is
 * known by its name, else by its `id`, else by its top keys. A kind that has no rule here yet gives a case that
 * fails, never a silent skip.
 *
 * @param file the file's name (a path is fine), as reported back
 * @param options.only run just this kind (`emission_halving.finney`), all kinds of a top key (`finney`), or of a
 *   file (`emission_halving`); no cases result if it belongs to another known file
 * @throws GanglionError CONFORMANCE_BAD_FILE, CONFORMANCE_UNKNOWN_KIND
 */
export function runConformanceFile(
  file: string,
  text: string,
  options: { readonly only?: string } = {},
): ConformanceResult {
  const vectors = parseVectors(text);
  const [id, known] = recognise(file, vectors);
  if (options.only !== undefined) assertKnown(options.only);
  const cases = Object.entries(vectors).flatMap(([key, value]) => {
    if (typeof value !== "object" || known.facts?.includes(key)) return [];
    if (options.only !== undefined && !isChosen(options.only, id, key)) return [];
    return runKind(`${id}.${key}`, known.kinds[key], value, vectors);
  });
  return { file, cases };
}

/** Every kind that has a rule, as `--only` takes it. */
export function listConformanceKinds(): string[] {
  return Object.entries(FILES).flatMap(([id, { kinds }]) =>
    Object.entries(kinds).flatMap(([key, run]) => (run === "unsupported" ? [] : [`${id}.${key}`])),
  );
}

function runKind(
  kind: string,
  run: RunKind | "unsupported" | undefined,
  value: unknown,
  vectors: JsonRecord,
): ConformanceCase[] {
  if (run === undefined) throw unknownKind(kind);
  if (run !== "unsupported") return run(kind, value, vectors);
  const failures = ["this ledger has no such rule yet; choose another kind with --only"];
  return [{ name: "unsupported", kind, pass: false, maxError: 0, computed: {}, expected: {}, failures }];
}

function recognise(file: string, vectors: JsonRecord): [string, KnownFile] {
  const stem = /([^/\\]*?)(\.json)?$/.exec(file)?.[1] ?? file;
  const byName = FILES[stem];
  if (byName !== undefined) return [stem, byName];
  const found = Object.entries(FILES).find(([, known]) =>
    known.id === undefined
      ? Object.keys(known.kinds).every((key) => key in vectors)
      : known.id === vectors["id"],
  );
  if (found === undefined) throw unknownKind(stem);
  return found;
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
