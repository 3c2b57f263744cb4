import { resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { Command } from "commander";
import { addCommonOptions, type Common, commonOptions, parseWhole } from "../../src/options.ts";

function parsed(...args: readonly string[]): Common {
  const command = new Command().exitOverride();
  addCommonOptions(command);
  return commonOptions(command.parse(["node", "ganglion", ...args]));
}

describe("the options of every command", () => {
  it("are text about the network in .ganglion unless said otherwise", () => {
    expect(parsed()).toEqual({ json: false, stateDir: resolve(".ganglion"), endpoint: undefined });
    expect(parsed("--json", "--state", "/some/dir", "--endpoint", "127.0.0.1:9")).toEqual({
      json: true,
      stateDir: "/some/dir",
      endpoint: "127.0.0.1:9",
    });
  });

  it("make the state folder's path absolute", () => {
    expect(parsed("--state", "here").stateDir).toBe(resolve("here"));
  });
});

describe("parseWhole", () => {
  it.each([
    ["0", 0],
    ["64", 64],
    ["999999999999999", 999_999_999_999_999],
  ])("reads %s", (text, value) => expect(parseWhole(text, "--n")).toBe(value));

  it.each(["", "-1", "1.5", "1e3", "0x10", "ten", " 1", "9999999999999999", "NaN"])(
    "refuses %j and names the option",
    (text) => {
      expect(() => parseWhole(text, "--bytes")).toThrow(
        expect.objectContaining({ code: "CLI_BAD_NUMBER", message: expect.stringContaining("--bytes") }),
      );
    },
  );
});
