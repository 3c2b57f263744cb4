// A rule of the ledger (docs/ledger.md): over binary64 only + - x / comparisons and Math.floor/abs/min/max, no `**`.
// Lint bans named members of Math; this finds what lint cannot: the operator and computed or aliased access.
// A canary proves that each pattern is found.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = new URL("../lib/ledger/src", import.meta.url).pathname;
const canary = [
  "const a = x ** 2;",
  "y **= 3;",
  'const f = Math["exp"];',
  "const { exp } = Math;",
  "use(Math);",
  "Math.exp(1)",
];

/** Text without comments and string contents, so that prose about `**` is no finding. */
function code(text) {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (block) => block.replace(/[^\n]/g, " "))
    .replace(/\/\/.*$/gm, "")
    .replace(/`(?:[^`\\$]|\\.)*`/g, "``");
}

function findings(text) {
  const lines = code(text).split("\n");
  return lines.flatMap((line, index) => {
    const power = /\*\*/.test(line) && !/\dn\s*\*\*\s*\d+n/.test(line);
    const math = /\bMath\b(?!\.(?:floor|abs|min|max)\b)/.test(line);
    return power || math ? [{ line: index + 1, text: line.trim() }] : [];
  });
}

const silent = canary.filter((sample) => findings(sample).length === 0);
if (silent.length > 0) {
  console.error(`the numeric fence missed its canary: ${silent.join(" | ")}`);
  process.exit(1);
}
const faults = readdirSync(root, { recursive: true })
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) =>
    findings(readFileSync(join(root, file), "utf8")).map((f) => `${file}:${f.line}: ${f.text}`),
  );
if (faults.length > 0) {
  console.error(`only + - x / and Math.floor/abs/min/max in the ledger:\n${faults.join("\n")}`);
  process.exit(1);
}
console.log(`numeric fence holds; all ${canary.length} canaries found`);
