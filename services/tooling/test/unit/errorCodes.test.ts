import { describe, expect, it } from "@jest/globals";
import { codesOfSource, codesOfTables, compareCodes } from "../../errorCodes.ts";

describe("codesOfSource", () => {
  it.each([
    ["a constructor", 'throw new GanglionError("CHAIN_STORE_HELD", `held`);', "CHAIN_STORE_HELD"],
    [
      "a constructor over lines",
      'new GanglionError(\n  "CHAIN_STORE_HELD",\n  "held",\n)',
      "CHAIN_STORE_HELD",
    ],
    ["a subclass", 'super("KIT_TERMINAL", message);', "KIT_TERMINAL"],
    ["a refusal", 'return reject("TX_EXPIRED");', "TX_EXPIRED"],
    ["a table", 'const CODES = { tooLarge: "ANSWER_TOO_LARGE" };', "ANSWER_TOO_LARGE"],
    ["a union", 'type Code = | "ONNX_BAD_TYPE";', "ONNX_BAD_TYPE"],
    ["a name with digits", 'new GanglionError("E2E_ENDED", "")', "E2E_ENDED"],
    ["a prefix and what follows", "const code = `GRPC_$" + "{name}`;", "GRPC_*"],
  ])("finds the code of %s", (_, text, code) => {
    expect(codesOfSource(text)).toEqual([code]);
  });

  it("passes over environment variables, statuses of gRPC and other words", () => {
    const text =
      'process.env["GANGLION_CACHE"]; ["DEADLINE_EXCEEDED", "OK", "SIGTERM", "bad_request"]; `$' + "{A_B}`";
    expect(codesOfSource(text)).toEqual([]);
  });
});

describe("codesOfTables", () => {
  it("finds codes in the first column of a table of codes, and nowhere else", () => {
    const text = [
      "`PROSE_CODE` is no row.",
      "",
      "| Code | what to do |",
      "| ---- | ---------- |",
      "| `A_ONE`, `A_TWO` | unlike `A_THREE` |",
      "| `GRPC_*` | |",
      "",
      "| export | for |",
      "| ------ | --- |",
      "| `OWNER_INDEX` | an index |",
    ].join("\n");
    expect(codesOfTables(text)).toEqual(["A_ONE", "A_TWO", "GRPC_*"]);
  });
});

describe("compareCodes", () => {
  const compare = (source: readonly string[], ...tables: readonly [string, readonly string[]][]) =>
    compareCodes(new Set(source), new Map(tables));

  it("is content when each code has one row", () => {
    expect(compare(["A_ONE", "B_ONE"], ["errors.md", ["A_ONE"]], ["ledger.md", ["B_ONE"]])).toEqual([]);
  });

  it("reports a code without a row", () => {
    expect(compare(["A_ONE", "A_TWO"], ["errors.md", ["A_ONE"]])).toEqual([
      "no table names A_TWO: give it a row in docs/errors.md",
    ]);
  });

  it("reports a row that no source has", () => {
    expect(compare(["A_ONE"], ["errors.md", ["A_ONE", "A_TWO"]])).toEqual(["errors.md: no source has A_TWO"]);
  });

  it("reports a code with two rows", () => {
    expect(compare(["A_ONE"], ["errors.md", ["A_ONE"]], ["ledger.md", ["A_ONE"]])).toEqual([
      "A_ONE has more than one row: errors.md, ledger.md",
    ]);
  });
});
