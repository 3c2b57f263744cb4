import { describe, expect, it } from "@jest/globals";
import { closeWorkspaces } from "../../src/core/closeWorkspaces.ts";

const ALL = [
  { name: "app", folder: "services/app", dependencies: ["lib", "zod"] },
  { name: "lib", folder: "services/lib/lib", dependencies: ["base", "app"] },
  { name: "base", folder: "services/lib/base", dependencies: [] },
  { name: "other", folder: "services/other", dependencies: ["base"] },
];

describe("closeWorkspaces", () => {
  it("finds what a package needs, also round a circle, and nothing else", () => {
    expect(closeWorkspaces(ALL, "app").map(({ name }) => name)).toEqual(["app", "base", "lib"]);
  });

  it("refuses a package that is not there", () => {
    expect(() => closeWorkspaces(ALL, "none")).toThrow("no package none");
  });
});
