import { describe, expect, it } from "@jest/globals";
import { compareHostStates } from "../../src/io/hostState.ts";

describe("compareHostStates", () => {
  it("finds nothing when nothing changed", () => {
    expect(compareHostStates({ mounts: ["a", "b"] }, { mounts: ["b", "a"] })).toEqual([]);
  });

  it("names what came and what went, and of which kind", () => {
    expect(compareHostStates({ mounts: ["a"], links: ["x"] }, { mounts: ["a", "b"], links: [] })).toEqual([
      "+ mounts: b",
      "- links: x",
    ]);
  });

  it("shows a changed setting as both", () => {
    expect(compareHostStates({ settings: ["vm = 0"] }, { settings: ["vm = 1"] })).toEqual([
      "+ settings: vm = 1",
      "- settings: vm = 0",
    ]);
  });

  it("passes over settings that came with a module", () => {
    const before = { settings: ["vm = 0"] };
    expect(compareHostStates(before, { settings: ["vm = 0", "net/bridge/x = 1"] })).toEqual([]);
  });
});
