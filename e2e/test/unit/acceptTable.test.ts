import { describe, expect, it } from "@jest/globals";
import { atMost, fact } from "../../src/accept/figure.ts";
import { parseArguments } from "../../src/accept/parseArguments.ts";
import { combineRounds, tableOf } from "../../src/accept/table.ts";

const seconds = (value: number) => [atMost("stop", value, 3, "s")];

describe("combineRounds", () => {
  it("judges the median, and shows the range beside it", () => {
    expect(combineRounds([seconds(2), seconds(9), seconds(2.5)])).toEqual([
      { check: "stop", figure: "2.50 s (2.00-9.00)", limit: "<= 3 s", verdict: "pass" },
    ]);
    expect(combineRounds([seconds(4), seconds(9), seconds(2.5)])).toMatchObject([{ verdict: "FAIL" }]);
  });

  it("shows one round as it is", () => {
    expect(combineRounds([seconds(0.1234)])).toMatchObject([{ figure: "0.123 s", verdict: "pass" }]);
  });

  it("judges nothing that was not promised", () => {
    const note = {
      kind: "measured",
      check: "speed",
      value: 12_345.6,
      unit: "rows/s",
      note: "one core",
    } as const;
    expect(combineRounds([[note]])).toEqual([
      { check: "speed", figure: "12,346 rows/s; one core", limit: "", verdict: "-" },
    ]);
  });

  it("lets a fact hold only if it held in every round, and shows where it did not", () => {
    const rounds = [fact("exit", true, "0"), fact("exit", false, "137"), fact("exit", true, "0")].map(
      (one) => [one],
    );
    expect(combineRounds(rounds)).toMatchObject([{ figure: "failed in 1 of 3: 137", verdict: "FAIL" }]);
    expect(combineRounds(rounds.slice(2))).toMatchObject([{ figure: "0", verdict: "pass" }]);
  });

  it("says when a round ended before it had a figure", () => {
    const failed = [fact("start", false, "no block")];
    expect(combineRounds([seconds(1), failed, seconds(2)])).toMatchObject([
      { check: "stop", figure: "1.00 s (1.00-2.00); in 2 of 3 rounds" },
      { check: "start", figure: "no block; in 1 of 3 rounds", verdict: "FAIL" },
    ]);
  });

  it("keeps the order in which checks were seen first, in a table of columns", () => {
    const table = tableOf(combineRounds([[...seconds(1), fact("all roots replay", true, "yes")]]));
    expect(table.split("\n")).toEqual([
      "check             figure  limit   verdict",
      "stop              1.00 s  <= 3 s  pass",
      "all roots replay  yes             pass",
    ]);
  });
});

describe("the arguments of accept", () => {
  const parse = (...args: string[]) => parseArguments(args, ["start", "market"]);

  it("are three rounds of everything by default, and one with --once or --quick", () => {
    expect(parse()).toEqual({ only: undefined, repeats: 3, quick: false, short: false });
    expect(parse("--once", "--only", "market", "--short")).toEqual({
      only: "market",
      repeats: 1,
      quick: false,
      short: true,
    });
    expect(parse("--quick")).toMatchObject({ repeats: 1, quick: true });
  });

  it.each([
    [["--only", "stat"], "there are start, market"],
    [["--onec"], "--once"],
    [["--only"], "--only NAME"],
    [["market"], "--only NAME"],
  ])("%j are refused with what there is", (args, advice) => {
    expect(() => parse(...args)).toThrow(
      expect.objectContaining({ code: "E2E_USAGE", message: expect.stringContaining(advice) }),
    );
  });
});
