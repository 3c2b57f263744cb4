import { describe, expect, it } from "@jest/globals";
import { runScenarios } from "../faults/runScenarios.ts";
import type { Finding, Scenario } from "../faults/scenario.ts";

const OPTIONS = { isRoot: false, isChosen: false, kills: 1, say: () => undefined };
const seen = (holds: boolean): readonly Finding[] => [{ check: "check", holds, figure: "1" }];
const scenario = (name: string, run: Scenario["run"], needsRoot = false): Scenario => ({
  name,
  needsRoot,
  run,
});
const good = scenario("good", async () => seen(true));
const bad = scenario("bad", async () => seen(false));
const rootOnly = scenario("root", async () => seen(true), true);
const verdicts = (rows: readonly (readonly string[])[]) => rows.map((row) => [row[0], row[3]]);

describe("scenarios", () => {
  it("fail by a check that does not hold", async () => {
    const { rows, failed } = await runScenarios([good, bad], OPTIONS);
    expect(verdicts(rows)).toEqual([
      ["good", "pass"],
      ["bad", "FAIL"],
    ]);
    expect(failed).toBe(true);
  });

  it("fail by ending early, and the next one runs", async () => {
    const early = scenario("early", () => Promise.reject(new RangeError("gone")));
    const { rows, failed } = await runScenarios([early, good], OPTIONS);
    expect(verdicts(rows)).toEqual([
      ["early", "FAIL"],
      ["good", "pass"],
    ]);
    expect(failed).toBe(true);
  });

  it("are skipped, not passed, where they need root; that fails what was chosen by name", async () => {
    const all = await runScenarios([good, rootOnly], OPTIONS);
    expect(verdicts(all.rows)).toEqual([
      ["good", "pass"],
      ["root", "skipped"],
    ]);
    expect(all.failed).toBe(false);
    expect((await runScenarios([rootOnly], { ...OPTIONS, isChosen: true })).failed).toBe(true);
    const { rows, failed } = await runScenarios([rootOnly], { ...OPTIONS, isChosen: true, isRoot: true });
    expect([verdicts(rows), failed]).toEqual([[["root", "pass"]], false]);
  });
});
