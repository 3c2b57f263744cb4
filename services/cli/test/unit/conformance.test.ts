import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { runCommand } from "../gen/runCommand.ts";

const VECTORS = new URL("../../../lib/ledger/test/vectors", import.meta.url).pathname;
const UNITS = join(VECTORS, "math_units.json");
const HALVING = join(VECTORS, "emission_halving.json");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ganglion-conformance-"));
});
afterEach(() => {
  process.exitCode = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs it; `exit` is 1 also where a file failed and the others were run. */
async function conformance(...args: readonly string[]) {
  const { code, stdout, stderr } = await runCommand("conformance", ...args, "--json");
  const files = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
  return { exit: code !== 0 ? code : process.exitCode, files, stderr };
}

describe("ganglion conformance", () => {
  it("exits with nothing wrong when all cases of the chosen kind pass", async () => {
    const { exit, files } = await conformance(HALVING, UNITS, "--only", "finney");
    expect(exit).toBeUndefined();
    expect(files).toEqual([
      { file: HALVING, cases: expect.any(Array), skipped: [] },
      { file: UNITS, cases: [], skipped: [] },
    ]);
  });

  it("fails by a file's unknown kind, and runs the other files", async () => {
    const misspelt = join(folder, "math_units.json");
    writeFileSync(misspelt, readFileSync(UNITS, "utf8").replace('"weighted_median":', '"weighted_mediann":'));
    const { exit, files } = await conformance(misspelt, HALVING);
    expect(exit).toBe(1);
    expect(files).toMatchObject([{ file: misspelt, error: "CONFORMANCE_UNKNOWN_KIND" }, { file: HALVING }]);
  });

  it("fails when no file has a case of the chosen kind", async () => {
    const { exit, stderr } = await conformance(HALVING, "--only", "math_units");
    expect(exit).toBe(1);
    expect(stderr).toContain("CONFORMANCE_NO_CASE");
  });

  it("fails by a chosen kind that has no rule, before it reads a file", async () => {
    const { exit, files, stderr } = await conformance(
      join(folder, "none.json"),
      "--only",
      "weighted_mediann",
    );
    expect([exit, files]).toEqual([1, []]);
    expect(stderr).toContain("CONFORMANCE_UNKNOWN_KIND");
  });
});
