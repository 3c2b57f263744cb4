import { describe, expect, it } from "@jest/globals";
import { renderTable } from "../../src/terminal/index.ts";

describe("renderTable", () => {
  it("puts words left and numbers right, with or without a unit", () => {
    const text = renderTable([
      ["name", "stake", "latency", "error"],
      ["miner-1", "1,000.5", "7 ms", "1.0e-9"],
      ["m", "2", "-", "-0.5"],
    ]);
    expect(text.split("\n")).toEqual([
      "name       stake  latency   error",
      "miner-1  1,000.5     7 ms  1.0e-9",
      "m              2        -    -0.5",
    ]);
  });

  it("fills short rows and leaves no blanks at the end of a line", () => {
    expect(renderTable([["a", "b"], ["word"], ["x", "some"]])).toBe("a     b\nword\nx     some");
  });

  it("shows a heading alone, and nothing of nothing", () => {
    expect(renderTable([["uid", "name"]])).toBe("uid  name");
    expect(renderTable([])).toBe("");
  });
});
