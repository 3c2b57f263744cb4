// A rule of the ledger (docs/ledger.md): over binary64 only + - x / comparisons and Math.floor/abs/min/max. It reads
// the syntax tree, so that text is no finding and a computed or aliased access is. Canaries prove each of its parts.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "@swc/core";

const root = new URL("../lib/ledger/src", import.meta.url).pathname;
const ALLOWED_MATH = new Set(["floor", "abs", "min", "max"]);
/** Other widths of numbers, their way around the fence, and what depends on a locale. */
const BANNED_NAMES = new Set(["Float16Array", "Float32Array", "globalThis", "Intl"]);
const BANNED_MEMBERS = new Set([
  ...["getFloat16", "getFloat32", "setFloat16", "setFloat32"],
  ...["parseFloat", "toFixed", "toPrecision", "toExponential", "toLocaleString", "localeCompare"],
]);
const canary = [
  "const a = x ** 2;",
  "y **= 3;",
  "const a = x ** 2 + Number(2n ** 3n);",
  'const f = Math["exp"];',
  "const f = Math[name];",
  "const { exp } = Math;",
  "use(Math);",
  "Math?.log(1);",
  'const url = "https://x"; Math.pow(1, 2);',
  "const t = `**$" + "{Math.sin(1)}`;",
  ...["exp", "log", "log2", "pow", "sqrt", "cbrt", "hypot", "tanh", "random", "fround", "round", "trunc"].map(
    (name) => `Math.${name}(1);`,
  ),
  "globalThis.Math.floor(1);",
  "const a = new Float32Array(1);",
  "view.setFloat32(0, 1);",
  'Number.parseFloat("1");',
  'parseFloat("1");',
  "x.toFixed(2);",
  'x["toLocaleString"]();',
  "new Intl.Collator();",
];
const harmless = [
  "const a = 2n ** 64n - 1n;",
  "const b = Math.floor(1.5) + Math.abs(-1) * Math.min(1, 2) - Math.max(1, 2) / 3;",
  "// Math.exp(1) ** 2",
  'const s = "Math.exp ** 2";',
  "const t = `Math.exp($" + "{a}) ** 2`;",
  "const r = /Math[*][*]/;",
];

/** @returns {{ line: number, text: string }[]} */
function findings(source) {
  // Spans count bytes over all that this process has parsed: the leading statement tells where this text starts.
  const text = Buffer.from(`;${source}`);
  const program = parseSync(text.toString(), { syntax: "typescript", target: "es2024" });
  const start = program.body[0].span.start;
  const found = [];
  visit(program, (node) => {
    if (!isFault(node)) return;
    const line = text
      .subarray(0, node.span.start - start)
      .toString()
      .split("\n").length;
    found.push({ line, text: source.split("\n")[line - 1].trim() });
  });
  return found;
}

/** Every node of the tree but the `Math` of an allowed member. */
function visit(node, report) {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, report);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  if (node.span !== undefined) report(node);
  const skipped = isAllowedMath(node) ? "object" : "span";
  for (const [key, child] of Object.entries(node)) if (key !== skipped) visit(child, report);
}

function isAllowedMath(node) {
  return (
    node.type === "MemberExpression" && node.object.value === "Math" && ALLOWED_MATH.has(node.property.value)
  );
}

function isFault(node) {
  if (node.type === "BinaryExpression" && node.operator === "**")
    return node.left.type !== "BigIntLiteral" && node.right.type !== "BigIntLiteral";
  if (node.type === "AssignmentExpression" && node.operator === "**=") return true;
  if (node.type === "MemberExpression") return BANNED_MEMBERS.has(memberName(node));
  if (node.type !== "Identifier") return false;
  return node.value === "Math" || node.value === "parseFloat" || BANNED_NAMES.has(node.value);
}

function memberName({ property }) {
  return property.type === "Computed" ? property.expression.value : property.value;
}

const silent = canary.filter((sample) => findings(sample).length === 0);
const loud = harmless.filter((sample) => findings(sample).length > 0);
const faults = readdirSync(root, { recursive: true })
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) =>
    findings(readFileSync(join(root, file), "utf8")).map((f) => `${file}:${f.line}: ${f.text}`),
  );
if (silent.length > 0) console.error(`the numeric fence missed its canary: ${silent.join(" | ")}`);
if (loud.length > 0) console.error(`the numeric fence reported what is allowed: ${loud.join(" | ")}`);
if (faults.length > 0)
  console.error(`only + - x / and Math.floor/abs/min/max in the ledger:\n${faults.join("\n")}`);
if (silent.length + loud.length + faults.length > 0) process.exit(1);
console.log(`numeric fence holds; all ${canary.length} canaries found`);
