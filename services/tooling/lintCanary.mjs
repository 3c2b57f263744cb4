// Builds a throw-away tree in which pure code names each clock, timer, random source and way out once, and fails unless
// the lint reports every line of it, and nothing where a shell or a local of the same name does.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const PURE = [
  "services/lib/ledger/src/a.ts",
  "services/lib/expert/src/plan.ts",
  "services/chain/src/core/a.ts",
];
const SHELL = "services/chain/src/io/a.ts";
const CANARY = [
  "export const a = new Date();",
  "export const b = Date();",
  "export const c = Date.now();",
  "export const d = typeof Date;",
  "export const e = performance.now();",
  "export const f = crypto.randomUUID();",
  "export const g = Math.random();",
  "export const h = fetch;",
  "export const i = process.env;",
  "console.log(1);",
  ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask"].map((name) => `${name}(() => 1);`),
  "export const j = globalThis.Date;",
  "export const k = new WebSocket(url);",
];
const HARMLESS = "export const z = (process: number) => process;";

const root = mkdtempSync(join(tmpdir(), "lint-"));
const put = (path, text) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `${text}\n`);
};
const { $schema, options, ...config } = JSON.parse(readFileSync(".oxlintrc.json", "utf8"));
put(".oxlintrc.json", JSON.stringify(config));
for (const path of PURE) put(path, [...CANARY, HARMLESS].join("\n"));
put(SHELL, CANARY.join("\n"));
const oxlint = resolve("node_modules/.bin/oxlint");
const { stdout } = spawnSync(oxlint, ["--format", "json"], { cwd: root, encoding: "utf8" });
rmSync(root, { recursive: true });

const reported = new Set(
  JSON.parse(stdout).diagnostics.flatMap(({ filename, labels }) =>
    labels.map(({ span }) => `${filename.slice(filename.indexOf("services/"))}:${span.line}`),
  ),
);
const expected = PURE.flatMap((path) => CANARY.map((_, i) => `${path}:${i + 1}`));
const silent = expected.filter((line) => !reported.has(line));
const loud = [...reported].filter((line) => !expected.includes(line));
if (silent.length > 0) console.error(`the lint missed its canary: ${silent.join(", ")}`);
if (loud.length > 0) console.error(`the lint reported what is allowed: ${loud.join(", ")}`);
if (silent.length + loud.length > 0) process.exit(1);
console.log(`the lint keeps ${CANARY.length} ways out of pure code`);
