// `make bench [ARGS="NAME... --json"]`: every benchmark one after another, as figures. A benchmark is a module
// test/perf/NAME.bench.ts that prints a JSON line {name, value, unit, aim?} a figure: what is to be compared is
// measured in the same run. Read them on an otherwise idle machine.
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BENCHES = globSync("services/**/test/perf/*.bench.ts", {
  cwd: ROOT,
  exclude: (path) => basename(path) === "node_modules",
}).sort();

const args = process.argv.slice(2);
const json = args.includes("--json");
const wanted = args.filter((arg) => !arg.startsWith("--"));
const nameOf = (path) => basename(path, ".bench.ts");
const chosen = BENCHES.filter((path) => wanted.length === 0 || wanted.includes(nameOf(path)));
const unknown = wanted.filter((name) => !BENCHES.some((path) => nameOf(path) === name));
if (unknown.length > 0) {
  process.stderr.write(`no benchmark ${unknown.join(", ")}; there are ${BENCHES.map(nameOf).join(", ")}\n`);
  process.exit(64);
}

let failed = false;
for (const path of chosen) {
  const folder = mkdtempSync(join(tmpdir(), "gb-"));
  const run = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", path], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, TMPDIR: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  rmSync(folder, { recursive: true, force: true });
  const figures = run.stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  if (run.status !== 0 || figures.length === 0) failed = true;
  if (json) process.stdout.write(`${JSON.stringify({ bench: nameOf(path), figures })}\n`);
  else process.stdout.write(`${tableOf(nameOf(path), figures)}\n`);
}
process.exit(failed ? 1 : 0);

function tableOf(bench, figures) {
  const width = Math.max(0, ...figures.map(({ name }) => name.length));
  const lines = figures.map(({ name, value, unit, aim }) => {
    const figure = `${numberText(value).padStart(10)} ${unit}`;
    return `  ${name.padEnd(width)}  ${aim === undefined ? figure : `${figure.padEnd(20)}  aim ${aim}`}`;
  });
  return [bench, ...(lines.length > 0 ? lines : ["  FAILED"])].join("\n");
}

function numberText(value) {
  if (value >= 1_000) return Math.round(value).toLocaleString("en");
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}
