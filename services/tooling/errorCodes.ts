/** Names of others that look like codes of ours: statuses of gRPC and of its health service. */
const FOREIGN: ReadonlySet<string> = new Set(["DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "NOT_SERVING"]);
const CODE = "[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+";
/** Codes are made in many ways (constructors, helpers, tables, unions), yet each is a literal somewhere. */
const LITERAL = new RegExp(`(?<!env\\[)"(${CODE})"`, "g");
/** The one way to compose codes that can be told: a prefix and what follows. It is written `PREFIX_*`. */
const COMPOSED = /`([A-Z][A-Z0-9_]*_)\$\{/g;

const IN_BACKTICKS = new RegExp(`\`(${CODE}|[A-Z][A-Z0-9_]*_\\*)\``, "g");

/** Codes that a source file names. */
export function codesOfSource(text: string): readonly string[] {
  const literals = [...text.matchAll(LITERAL)].map(([, code = ""]) => code);
  const composed = [...text.matchAll(COMPOSED)].map(([, prefix = ""]) => `${prefix}*`);
  return [...literals, ...composed].filter((code) => !FOREIGN.has(code));
}

/** Codes in the first column of a document's tables that list codes, as often as they stand there. */
export function codesOfTables(text: string): readonly string[] {
  const tables = [...text.matchAll(/(?:^\|.*\n?)+/gm)].map(([table]) => table.split("\n").map(firstCell));
  const cells = tables.filter(([heading = ""]) => heading.toLowerCase() === "code").flat();
  return cells.flatMap((cell) => [...cell.matchAll(IN_BACKTICKS)].map(([, code = ""]) => code));
}

/** What is wrong between the codes of the source and the tables, by their documents. */
export function compareCodes(
  source: ReadonlySet<string>,
  tables: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const places = Map.groupBy(
    [...tables].flatMap(([document, codes]) => codes.map((code) => ({ code, document }))),
    ({ code }) => code,
  );
  const missing = [...source].filter((code) => !places.has(code));
  return [
    ...missing.map((code) => `no table names ${code}: give it a row in docs/errors.md`),
    ...[...places].flatMap(([code, found]) => {
      const documents = found.map(({ document }) => document).join(", ");
      if (!source.has(code)) return [`${documents}: no source has ${code}`];
      return found.length > 1 ? [`${code} has more than one row: ${documents}`] : [];
    }),
  ];
}

function firstCell(row: string): string {
  return row.split("|")[1]?.trim() ?? "";
}
