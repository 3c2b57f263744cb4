import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runGanglion } from "../runGanglion.ts";
import { atMost, type Check, type Figure, fact, reported } from "./figure.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const VECTORS = "services/lib/ledger/test/vectors/**/*.json";
/** How the runner names a case of another chain's rule. */
const NO_RULE = "unsupported";
const MUCH = 64 * 1024 ** 2;

type BenchFigure = { name: string; value: number; unit: string; aim?: string };

/** The numeric cases, and that an altered one would be noticed is a test of the ledger's. */
export const conformance: Check = {
  name: "conformance",
  run: async () => {
    const files = globSync(VECTORS, { cwd: ROOT }).sort();
    const ran = await runGanglion(["conformance", ...files.map((file) => join(ROOT, file)), "--json"]);
    const cases = ran.stdout
      .split("\n")
      .filter((line) => line !== "")
      .flatMap((line) => (JSON.parse(line) as { cases: { name: string; pass: boolean }[] }).cases);
    const ruled = cases.filter(({ name }) => name !== NO_RULE);
    const passed = ruled.filter(({ pass }) => pass).length;
    const figure = `${passed} of ${ruled.length} cases, ${cases.length - ruled.length} of kinds without a rule here`;
    return [fact("conformance", passed > 0 && passed === ruled.length, figure)];
  },
};

/** All benchmarks with their aims. */
export const bench: Check = {
  name: "bench",
  run: async () => {
    const ran = execute(process.execPath, ["services/tooling/bench.mjs", "--json"]);
    const groups = ran.stdout.split("\n").filter((line) => line.startsWith("{"));
    const figures = groups.flatMap((line) => (JSON.parse(line) as { figures: BenchFigure[] }).figures);
    return [
      ...figures.map(benchFigure),
      ...(ran.status === 0 ? [] : [fact("bench", false, "a benchmark failed")]),
    ];
  },
};

/** `make check` and `make test`, timed. */
export const gates: Check = {
  name: "gates",
  run: async ({ say }) =>
    [
      { target: "check", limit: 60 },
      { target: "test", limit: 600 },
    ].flatMap(({ target, limit }) => {
      const startedMs = performance.now();
      const ran = execute("make", [target]);
      const seconds = (performance.now() - startedMs) / 1000;
      const last = ran.stdout.trimEnd().split("\n").at(-1) ?? "";
      say(`make ${target}: ${last}`);
      return [
        fact(`make ${target} is green`, ran.status === 0, last),
        atMost(`make ${target} takes`, seconds, limit, "s"),
      ];
    }),
};

/** The test that does wrong what a new user may do wrong. */
export const wrongInputs: Check = {
  name: "wrong",
  run: async () => {
    const ran = execute("npm", ["run", "-s", "jest", "--", "e2e/test/integration/wrongInputs"]);
    return [
      fact(
        "wrong inputs give one clear error",
        ran.status === 0,
        ran.stdout.trimEnd().split("\n").at(-1) ?? "",
      ),
    ];
  },
};

function benchFigure({ name, value, unit, aim }: BenchFigure): Figure {
  if (aim === undefined) return reported(name, `${value.toFixed(2)} ${unit}`);
  const [order = "", limit = ""] = aim.split(" ");
  const holds = order === "<=" ? value <= Number(limit) : value >= Number(limit);
  return { ...fact(name, holds, `${value.toFixed(2)} ${unit}`), limit: `${aim} ${unit}` };
}

function execute(command: string, args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(command, args, { cwd: ROOT, encoding: "utf8", maxBuffer: MUCH });
}
