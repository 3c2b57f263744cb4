// docs/ledger.md against the code, both ways: every rule names tests that exist, every test whose name starts with a
// rule's id is named by that rule, and the tables of codes, events and presets are those of the code.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EVENT_KINDS } from "../lib/events/src/eventKinds.ts";
import { REJECTIONS } from "../lib/ledger/src/rejections.ts";
import { GOVERNED_PARAMS } from "../lib/params/src/governedParams.ts";
import { PRESETS } from "../lib/params/src/presets.ts";

const root = new URL("../..", import.meta.url).pathname;
/** Where tests of rules are, and how a rule begins their paths. */
const TEST_ROOTS = [
  { folder: "services/lib/ledger/test", prefix: "" },
  { folder: "services/chain/test", prefix: "services/chain/test/" },
];
const RULE_ID = /^[A-Z]+-[0-9]+(?=: )/;
const problems = [];

const doc = readFileSync(join(root, "docs/ledger.md"), "utf8")
  .split("\n")
  .map((line) => (line.startsWith("|") ? line.replace(/ *\| */g, " | ").trim() : line))
  .join("\n");
const tests = new Map(
  TEST_ROOTS.flatMap(({ folder, prefix }) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((path) => path.endsWith(".test.ts"))
      .map((path) => [prefix + path, testNames(join(root, folder, path))]),
  ),
);
const rules = readRules(doc);

for (const [id, references] of rules) {
  if (references.length === 0) problems.push(`${id} names no test`);
  for (const { path, name } of references)
    if (!tests.get(path)?.includes(name))
      problems.push(`${id} names a test that is not in ${path}: "${name}"`);
}
for (const [path, names] of tests)
  for (const name of names) {
    const id = RULE_ID.exec(name)?.[0];
    if (id === undefined) continue;
    const named = rules.get(id)?.some((reference) => reference.path === path && reference.name === name);
    if (!named) problems.push(`docs/ledger.md does not name under ${id}: ${path} "${name}"`);
  }

const presets = Object.values(PRESETS).map((preset) => preset.protocol);
checkRows("code", Object.entries(REJECTIONS));
checkRows("event", Object.entries(EVENT_KINDS));
checkRows(
  "parameter",
  Object.keys(PRESETS.local.protocol).map((name) => [name, ...presets.map((preset) => String(preset[name]))]),
);
checkRows(
  "bounds",
  Object.entries(GOVERNED_PARAMS).map(([name, { least, most }]) => [name, String(least), String(most)]),
);
const known = new Set([...Object.keys(REJECTIONS), ...Object.keys(EVENT_KINDS), ...Object.keys(presets[0])]);
for (const [, name] of doc.matchAll(/^\| `([^`]+)` \|/gm))
  if (!known.has(name)) problems.push(`docs/ledger.md has a row for ${name}, which the code has not`);

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`${rules.size} rules, each with its tests`);

/** Names of `it("...")` and `it.each(...)("...")`. */
function testNames(file) {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^\s*(?:it|\]|it\.each\(.*\)|\]\))\(\s*"((?:[^"\\]|\\.)*)"/gm)].map(
    ([, name]) => name,
  );
}

/** Rules by id with what stands behind "Tests:". */
function readRules(text) {
  const found = new Map();
  for (const [, id, body] of text.matchAll(/^- \*\*([A-Z]+-[0-9]+)\*\* ([\s\S]*?)(?=^- \*\*|^#|^[^\s-])/gm)) {
    const listed = /^ {2}Tests: (.*)$/m.exec(body)?.[1] ?? "";
    const references = [...listed.matchAll(/`([^`]+)` "([^"]+)"/g)].map(([, path, name]) => ({ path, name }));
    if (found.has(id)) problems.push(`${id} is there twice`);
    found.set(id, references);
  }
  return found;
}

function checkRows(what, rows) {
  for (const [name, ...cells] of rows) {
    const row = `| \`${name}\` | ${cells.join(" | ")} |`;
    if (!doc.includes(row)) problems.push(`docs/ledger.md lacks the ${what}: ${row}`);
  }
}
