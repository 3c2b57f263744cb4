import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runGanglion } from "../runGanglion.ts";
import { atMost, type Check, fact, type Measurement } from "./figure.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const VECTORS = "services/lib/ledger/test/vectors/**/*.json";
const GATES = [
  { target: "check", limit: 60 },
  { target: "test", limit: 600 },
];
const MUCH = 64 * 1024 ** 2;

type BenchFigure = { name: string; value: number; unit: string; aim?: string };

/** The numeric cases, and that an altered one would be noticed is a test of the ledger's. */
export const conformance: Check = {
  name: "conformance",
  repeated: false,
  run: async () => {
    const files = globSync(VECTORS, { cwd: ROOT }).sort();
    const ran = await runGanglion(["conformance", ...files.map((file) => join(ROOT, file)), "--json"]);
    const outcomes = ran.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { cases?: { pass: boolean }[]; skipped?: string[] });
    const cases = outcomes.flatMap((outcome) => outcome.cases ?? []);
    const passed = cases.filter(({ pass }) => pass).length;
    const skipped = outcomes.reduce((sum, outcome) => sum + (outcome.skipped?.length ?? 0), 0);
    const figure = `${passed} of ${cases.length} cases in ${outcomes.length} files, ${skipped} kinds without a rule here`;
    return [fact("conformance", ran.code === 0 && passed > 0 && passed === cases.length, figure)];
  },
};

/** All benchmarks with their aims. */
export const bench: Check = {
  name: "bench",
  repeated: true,
  run: async () => {
    const ran = await execute(process.execPath, ["services/tooling/bench.mjs", "--json"]);
    const groups = ran.stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as { bench: string; figures: BenchFigure[] });
    return [
      ...groups.flatMap((group) => group.figures.map((figure) => benchFigure(group.bench, figure))),
      ...(ran.code === 0 ? [] : [fact("bench", false, lastLine(ran.stderr) || "a benchmark failed")]),
    ];
  },
};

/** `make check` and `make test`, timed; what Go builds once for the tests is not part of their time. */
export const gates: Check = {
  name: "gates",
  repeated: false,
  run: async ({ say }) => {
    const measured: Measurement[] = [];
    const built = await execute(process.execPath, ["services/tooling/testPrograms.mjs"]);
    say(`programs that tests start: ${built.code === 0 ? "built" : lastLine(built.stdout)}`);
    for (const { target, limit } of GATES) {
      const startedMs = performance.now();
      const ran = await execute("make", [target]);
      const seconds = (performance.now() - startedMs) / 1000;
      const last = lastLine(ran.stdout);
      say(`make ${target}: ${last}`);
      measured.push(
        fact(`make ${target} is green`, ran.code === 0, last),
        atMost(`make ${target} takes`, seconds, limit, "s"),
      );
    }
    return measured;
  },
};

/** The test that does wrong what a new user may do wrong. */
export const wrongInputs: Check = {
  name: "wrong",
  repeated: false,
  run: async () => {
    const ran = await execute("npm", ["run", "-s", "jest", "--", "e2e/test/integration/wrongInputs"]);
    return [fact("wrong inputs give one clear error", ran.code === 0, lastLine(ran.stdout))];
  },
};

function benchFigure(bench: string, { name, value, unit, aim }: BenchFigure): Measurement {
  const figure = { kind: "measured" as const, check: `${bench}: ${name.trim()}`, value, unit };
  if (aim === undefined) return figure;
  const [order = "", limit = ""] = aim.split(" ");
  const holds = (seen: number): boolean => (order === "<=" ? seen <= Number(limit) : seen >= Number(limit));
  return { ...figure, limit: `${aim} ${unit}`, holds };
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

/** A command that cannot be started counts as one that failed. */
function execute(
  command: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd: ROOT, maxBuffer: MUCH }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : 1, stdout, stderr }),
    );
  });
}
